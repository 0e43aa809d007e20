export interface Side {
  id: string;
  name: string | null;
  email: string | null;
  phone: string | null;
  address: string | null;
  others: Record<string, string>;
}

export interface FieldWeight {
  field: "name" | "email" | "phone" | "address";
  level: "same" | "near" | "region" | "other" | "missing";
  weight: number;
}

export interface Match {
  left: Side;
  right: Side;
  weight: number;
  probability: number;
  prior: number;
  fields: FieldWeight[];
}

export interface MatchList {
  matches: Match[];
  total: number;
}

export interface Background {
  worker: boolean;
  activities: { kind: string; state: string; progress: number; error: string | null; facts: Record<string, number>; ended_seconds_ago: number | null }[];
}
