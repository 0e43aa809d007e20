export interface Rule {
  kind: string;
  priority: number;
  unique: boolean;
  limit: number | null;
  blocked: string[];
  changed: boolean;
}

export interface Rules {
  rules: Rule[];
}

export interface Trial {
  customer: string | null;
  new: boolean;
  identifiers: { kind: string; value: string; blocked: boolean; unique: boolean; customer: string | null }[];
  merges: { from_customer: string; to_customer: string; why: string }[];
  handed: string[];
}

export interface Edge {
  id: number;
  kind: "merge" | "split";
  from_customer: string;
  to_customer: string;
  cause: { why?: string; by?: [string, string]; identifiers?: [string, string][]; taken?: [string, string][] };
  state: "waiting" | "done" | "undone";
  at: string;
}

export interface Edges {
  edges: Edge[];
  before: number | null;
}

export interface Replay {
  waits: boolean;
  state: "never" | "running" | "done" | "failed";
  error: string;
  finished_at: string | null;
  facts: { events?: number; feedback?: number };
}
