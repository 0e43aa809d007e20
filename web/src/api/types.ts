// The values of `/api/v1`. Times are ISO 8601 in UTC, durations milliseconds, shares 0..1.
export type * from "./map-types";

export type VerdictWord = "supported" | "contradicted" | "undecided";
export type Verdict = VerdictWord | "unchecked";
export type Grade = "assumption" | "interview" | "feedback" | "events";
export type Unit = "share" | "ms" | "score";
export type Side = "at_least" | "at_most";

export interface NamedCount {
  event: string;
  count: number;
  customers: number;
}

export interface Column {
  name: string;
  kind: string;
  values: (string | number | boolean)[];
}

export interface LogSummary {
  customers: number;
  events: number;
  first: string;
  last: string;
  names: NamedCount[];
  channels: { channel: string; count: number }[];
  columns: Column[];
  feedback: { count: number; kinds: Record<string, number> };
  built_at: string;
}

export interface Status {
  version: string;
  workspace: string;
  log: LogSummary | null;
  busy: boolean;
}

export interface Filters {
  channels?: string[];
  events?: string[];
  first?: string;
  last?: string;
}

export interface GraphNode {
  event: string;
  count: number;
  customers: number;
  starts: number;
  ends: number;
}

export interface GraphEdge {
  source: string;
  target: string;
  count: number;
  customers: number;
  median_ms: number | null;
  p90_ms: number | null;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  total_edges: number;
  kept: number;
}

export interface Variant {
  events: string[];
  customers: number;
  share: number;
  median_ms: number | null;
}

export interface Variants {
  variants: Variant[];
  total: number;
  customers: number;
}

export type Order = "ordered" | "strict" | "unordered";

export interface FunnelStep {
  step: number;
  events: string[];
  customers: number;
  share: number;
  share_of_previous: number | null;
  low: number | null;
  high: number | null;
  median_ms: number | null;
  p90_ms: number | null;
}

export interface Funnel {
  steps: FunnelStep[];
  groups: { group: string; steps: FunnelStep[] }[];
}

export type ImportKind = "events" | "feedback";
export type ImportState = "preview" | "running" | "done" | "failed" | "duplicate";

export interface ImportPreview {
  id: string;
  kind: ImportKind;
  filename: string;
  format: string;
  encoding: string | null;
  delimiter: string | null;
  size: number;
  columns: { name: string; type: string; examples: unknown[] }[];
  roles: Record<string, string | null> | null;
  sample: (Record<string, unknown> | unknown[])[];
  problems: string[];
}

export interface ImportRow extends Partial<ImportPreview> {
  id: string;
  state: ImportState;
  step: string;
  progress: number;
  accepted: number;
  refused: number;
  reasons: Record<string, number>;
  error: string | null;
  rejects_url: string | null;
  started_at?: string | null;
  created_at?: string | null;
  finished_at?: string | null;
}
