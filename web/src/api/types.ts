// The values of `/api/v1`. Times are ISO 8601 in UTC, durations milliseconds, shares 0..1.

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

export interface MapRow {
  id: string;
  title: string;
  persona: string | null;
  perspective: string;
  stages: number;
  claims: number;
  verdicts: Partial<Record<Verdict, number>>;
  coverage: number | null;
  updated_at: string;
  checked_at: string | null;
}

export interface Mistake {
  line: number;
  column: number;
  message: string;
  hint?: string;
}

export interface Touchpoint {
  id: string;
  title: string;
  channel: string;
  owner: string;
  moment: string | null;
  micro_moment: string | null;
  bound: boolean;
  match_text: string;
}

export type ClaimKind = "reach" | "takes" | "share" | "score" | "follows";

export interface MapClaim {
  index: number;
  kind: ClaimKind;
  says: string;
  claim: Record<string, string | number | null | undefined>;
}

export interface MapStage {
  id: string;
  title: string;
  phase: string | null;
  required: boolean;
  repeats: boolean;
  returns_to: string[];
  within: string | number | null;
  believed: number | null;
  touchpoints: Touchpoint[];
  claims: MapClaim[];
  cards: Record<string, string[]>;
}

export interface MapView {
  title: string;
  persona: { id: string; name: string; about: string } | null;
  perspective: string;
  about: string;
  unmatched: string;
  ends: string;
  stages: MapStage[];
}

export interface MapDocument {
  id: string;
  text: string;
  map: MapView;
  updated_at: string;
}

export interface DeviationCounts {
  missing: number;
  unexpected: number;
  out_of_order: number;
  late: number;
}

export interface CheckedStage {
  id: string;
  reach: number;
  customers: number;
  median_from_previous_ms: number | null;
  grade: Grade;
  deviations: DeviationCounts;
}

export interface Deviation {
  kind: keyof DeviationCounts;
  stage: string;
  event: string | null;
  count: number;
  customers: number;
}

export interface CheckedClaim {
  stage: string;
  index: number;
  kind: ClaimKind;
  says: string;
  verdict: VerdictWord;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  unit: Unit;
  bound: number;
  side: Side;
  more: number | null;
  grade: Grade;
  why: string;
}

export interface BelievedPoint {
  stage: string;
  value: number | null;
}

export interface MeasuredPoint extends BelievedPoint {
  low: number | null;
  high: number | null;
  n: number;
}

export interface Curves {
  believed: BelievedPoint[];
  reported: MeasuredPoint[];
  inferred: MeasuredPoint[];
}

export interface CheckView {
  checked_at: string;
  customers: number;
  mapped_customers: number;
  coverage: number;
  unmatched_share: number;
  exact: number;
  fitness: number;
  stages: CheckedStage[];
  deviations: Deviation[];
  claims: CheckedClaim[];
  curves: Curves;
  gaps: string[];
  verdicts: Partial<Record<VerdictWord, number>>;
}

export interface Bin {
  from: number;
  to: number;
  count: number;
}

export interface Distribution {
  unit: Unit;
  bins: Bin[];
  bound: number | null;
  /** Share of the measured values beyond the bound, on the side that speaks against the claim when it is at_most. */
  tail_share: number | null;
  quantiles: { p10: number; p50: number; p90: number } | null;
}

export interface Evidence {
  claim: CheckedClaim;
  sentence: { ko: string; en: string };
  distribution: Distribution | null;
  funnel: { customers: number; reached: number } | null;
  against: { events: string[]; customers: number }[];
  quotes: { text: string; score: number | null; kind: string; time: string }[];
  sources: { events: string[]; first: string | null; last: string | null; feedback_kinds: string[] };
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
