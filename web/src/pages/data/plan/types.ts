export type PropertyKind = "text" | "number" | "truth" | "time" | "any";
export type DepartureKind = "unknown_event" | "unknown_property" | "missing_property" | "bad_value";

export interface PlanProperty {
  name: string;
  kind: PropertyKind;
  required: boolean;
  one_of: string[];
}

export interface PlanEvent {
  event: string;
  about: string;
  properties: PlanProperty[];
}

export interface Departure {
  event: string;
  property: string;
  kind: DepartureKind;
  count: number;
  example: string;
  source_name: string;
  first_at: string;
  last_at: string;
}

export interface Plan {
  events: PlanEvent[];
  departures: Departure[];
}
