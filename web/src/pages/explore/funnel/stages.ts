import { writeList, readList } from "../../../urlstate";

/** A step as it is built: its events, the limit from the step before, and whether it may be skipped. */
export interface Stage {
  events: string[];
  limit: string;
  optional: boolean;
}

const HOUR = 3_600_000;

/** Limits from the step before, by their names in the address. */
export const limits: [string, number][] = [["1m", HOUR / 60], ["10m", HOUR / 6], ["1h", HOUR], ["1d", 24 * HOUR], ["3d", 72 * HOUR], ["7d", 168 * HOUR], ["30d", 720 * HOUR]];

export const limitMs = (key: string): number | null => limits.find(([name]) => name === key)?.[1] ?? null;

/** Puts steps, limits ("-,1h,-") and numbers of optional steps together; the first step has neither. */
export function readStages(steps: string[][], limitText: string | undefined, optionalText: string | undefined): Stage[] {
  const told = readList(limitText);
  const skipped = new Set(readList(optionalText));
  return steps.map((events, i) => ({
    events,
    limit: i > 0 && limitMs(told[i] ?? "") !== null ? told[i]! : "",
    optional: i > 0 && skipped.has(String(i + 1)),
  }));
}

export const writeLimits = (stages: Stage[]): string | null =>
  stages.some((one, i) => i > 0 && one.limit) ? writeList(stages.map((one, i) => (i > 0 && one.limit ? one.limit : "-"))) : null;

export const writeOptional = (stages: Stage[]): string | null =>
  writeList(stages.flatMap((one, i) => (i > 0 && one.optional ? [String(i + 1)] : []))) || null;
