export interface CustomerRow {
  id: string;
  name: string | null;
  kind: string;
  value: string;
  events: number;
  last_at: string | null;
}

export interface Identifier {
  kind: string;
  value: string;
  first_at: string;
  last_at: string;
}

export interface Edge {
  id: number;
  kind: "merge" | "split";
  from_customer: string;
  to_customer: string;
  cause: { why?: string; by?: [string, string]; probability?: number };
  state: "waiting" | "done" | "undone";
  at: string;
}

export interface Customer {
  id: string;
  name: string | null;
  traits: Record<string, unknown>;
  identifiers: Identifier[];
  merged: string[];
  edges: Edge[];
  groups: { id: string; kind: string; name: string | null; members: number }[];
  events: number;
  feedback: number;
  first_at: string | null;
  last_at: string | null;
  sources: { source: string; events: number }[];
}

export type EntryKind = "event" | "feedback" | "identity";

export interface Happened {
  name: string;
  channel: string | null;
  source: string | null;
  values: Record<string, string | number>;
}

export interface Said {
  kind: string;
  score: number | null;
  text: string | null;
  touchpoint: string | null;
}

export interface Entry {
  kind: EntryKind;
  time: string;
  event?: Happened;
  feedback?: Said;
  identifier?: Identifier;
  edge?: Edge;
}

export interface TimelinePage {
  entries: Entry[];
  before: string | null;
}
