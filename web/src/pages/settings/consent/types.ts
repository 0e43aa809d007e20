export interface Purpose {
  id: string;
  name: string;
  collection: boolean;
  given: number;
  withdrawn: number;
}

export interface ConsentWord {
  kind: string;
  value: string;
  purpose: string;
  channel: string;
  given: boolean;
  at: string;
  recorded_by: string;
  recorded_at: string | null;
  way: string;
  wording: string;
  version: string;
  proof: Record<string, unknown>;
}

export interface ConsentState {
  purpose: string;
  channel: string;
  given: boolean;
  since: string;
}

export interface Consent {
  customer: string;
  identifiers: { kind: string; value: string }[];
  states: ConsentState[];
  history: ConsentWord[];
  names: Record<string, string>;
}

export interface Recorded {
  new: number;
  known: number;
  wrong: number;
  mistakes: { row: number; detail: string }[];
}
