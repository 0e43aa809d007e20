import type { Match } from "./types";

export interface Bar {
  key: string;
  weight: number;
  /** Where the bar begins and ends, 0..1 of the chart's width. */
  from: number;
  to: number;
}

/** Lays the weights of a match one after another: each bar begins where the one before ended. */
export function waterfall(match: Match): { bars: Bar[]; zero: number } {
  const steps = [
    { key: "prior", weight: match.prior },
    ...match.fields.filter((one) => one.level !== "missing").map((one) => ({ key: one.field as string, weight: one.weight })),
  ];
  const ends: number[] = [];
  steps.reduce((sum, step) => (ends.push(sum + step.weight), sum + step.weight), 0);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const span = high - low || 1;
  const place = (value: number) => (value - low) / span;
  return {
    bars: steps.map((step, i) => ({ ...step, from: place(i === 0 ? 0 : ends[i - 1]!), to: place(ends[i]!) })),
    zero: place(0),
  };
}
