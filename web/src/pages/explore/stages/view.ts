import type { components } from "../../../api/schema";

export type Stages = components["schemas"]["StagesView"];
export type Stage = components["schemas"]["FoundStageView"];

/** The stage behind which customers wait longest, or null where nobody goes on. */
export function longestWait(stages: Stage[]): Stage | null {
  return stages.reduce<Stage | null>((most, one) => ((one.gap_ms ?? 0) > (most?.gap_ms ?? 0) ? one : most), null);
}
