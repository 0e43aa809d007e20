import type { Curves, FeelingPoint } from "../api/types";

export interface StageFeeling {
  stage: string;
  believed: number | null;
  reported: FeelingPoint | null;
  inferred: FeelingPoint | null;
  /** From the believed value to the near edge of the reported interval; null where the two agree or one is unknown. */
  gap: [number, number] | null;
}

/** The three curves stage by stage, with the gaps that intervals allow to speak of. */
export function feelings(stages: string[], curves: Curves): StageFeeling[] {
  const by = <P extends { stage: string }>(points: P[]) => new Map(points.map((point) => [point.stage, point]));
  const believed = by(curves.believed);
  const reported = by(curves.reported);
  const inferred = by(curves.inferred);
  return stages.map((stage) => {
    const guess = believed.get(stage)?.value ?? null;
    const said = known(reported.get(stage));
    return { stage, believed: guess, reported: said, inferred: known(inferred.get(stage)), gap: gapOf(guess, said) };
  });
}

function known(point: FeelingPoint | undefined): FeelingPoint | null {
  return point && point.value !== null ? point : null;
}

export function gapOf(believed: number | null, reported: FeelingPoint | null): [number, number] | null {
  if (believed === null || !reported || reported.low === null || reported.high === null) return null;
  if (believed > reported.high) return [believed, reported.high];
  if (believed < reported.low) return [believed, reported.low];
  return null;
}

export type Mood = "good" | "bad" | "even";

export function mood(value: number): Mood {
  return value > 0.25 ? "good" : value < -0.25 ? "bad" : "even";
}
