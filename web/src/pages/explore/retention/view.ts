import type { components } from "../../../api/schema";

type Schema = components["schemas"];
export type Retention = Schema["RetentionView"];
export type Cohort = Schema["RetentionCohortView"];
export type Cell = Schema["RetentionPeriodView"];

export interface Line {
  name: string | null;
  cells: Cell[];
}

/** The first period worth a column: the cohort's own says nothing where everyone is back in it by definition. */
export function firstPeriod(cohorts: Cohort[], overall: Cell[]): 0 | 1 {
  return [...cohorts.map((one) => one.periods[0]), overall[0]].every((cell) => !cell || cell.share === null || cell.share === 1) ? 1 : 0;
}

/** The greatest share drawn, so that cells and lines use the whole scale. */
export function greatest(lines: Cell[][], from: number): number {
  return Math.max(1e-9, ...lines.flatMap((cells) => cells.filter((cell) => cell.period >= from && cell.share !== null).map((cell) => cell.share!)));
}

/** Periods that at least one cohort has lived through to their end. */
export function knownPeriods(overall: Cell[]): number {
  return overall.filter((cell) => cell.share !== null).length;
}
