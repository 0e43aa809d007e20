// What the server says of maps, their checks and their evidence.
import type { Grade, Side, Unit, Verdict, VerdictWord } from "./types";

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
