// The values of `/api/v1` by the names the pages use. Times are ISO 8601 in UTC, durations milliseconds, shares 0..1.
import type { components } from "./schema";

type Schema = components["schemas"];

export type CheckedClaim = Schema["ClaimCheck"];
export type VerdictWord = CheckedClaim["verdict"];
export type Verdict = VerdictWord | "unchecked";
export type Grade = CheckedClaim["grade"];
export type Unit = CheckedClaim["unit"];
export type Side = CheckedClaim["side"];
export type ClaimKind = CheckedClaim["kind"];
export type VerdictCounts = Schema["VerdictCounts"];

export type Status = Schema["StatusView"];
export type LogSummary = Schema["LogSummary"];
export type NamedCount = Schema["NameView"];

export type MapRow = Schema["MapCard"];
export type MapDocument = Schema["StoredMap"];
export type MapView = Schema["MapView"];
export type MapStage = Schema["StageView"];
export type MapClaim = Schema["ClaimView"];
export type Touchpoint = Schema["TouchpointView"];
export type Mistake = Schema["MistakeView"];

export type CheckView = Schema["CheckView"];
export type CheckedStage = Schema["StageCheck"];
export type Deviation = Schema["DeviationView"];
export type DeviationCounts = Schema["DeviationCounts"];
export type Curves = Schema["CurvesView"];
export type FeelingPoint = Schema["CurvePoint"];
export type Evidence = Schema["EvidenceView"];
export type Distribution = Schema["DistributionView"];

export type Filters = Partial<Schema["Filters"]>;
export type Graph = Schema["GraphView"];
export type GraphNode = Schema["NodeView"];
export type GraphEdge = Schema["EdgeView"];
export type Variants = Schema["VariantsView"];
export type Funnel = Schema["FunnelView"];
export type FunnelStep = Schema["FunnelStepView"];
export type FunnelGroup = Schema["FunnelGroupView"];
export type Order = Schema["FunnelQuestion"]["order"];

export type Segment = Schema["SegmentView"];
export type AudienceSize = Schema["AudienceSize"];

export type ImportPreview = Schema["PreviewView"];
export type ImportRow = Schema["ImportView"];
export type ImportKind = ImportPreview["kind"];
export type ImportState = ImportRow["state"];
