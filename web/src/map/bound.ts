import type { MapClaim, Side, Unit } from "../api/types";

const MS: Record<string, number> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Reads "1h 30m", "PT90S", "P2D" or milliseconds. */
export function readDuration(value: string | number | null | undefined): number | null {
  if (typeof value === "number") return value;
  if (!value) return null;
  const iso = /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(value);
  if (iso) return Number(iso[1] ?? 0) * MS.d! + Number(iso[2] ?? 0) * MS.h! + Number(iso[3] ?? 0) * MS.m! + Number(iso[4] ?? 0) * 1000;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)\s*(ms|w|d|h|m|s)/g)];
  return parts.length ? parts.reduce((sum, [, n, unit]) => sum + Number(n) * MS[unit!]!, 0) : null;
}

export interface ClaimBound {
  bound: number;
  side: Side;
  unit: Unit;
  p90: boolean;
}

/** What a claim of the file says, before anything is measured. */
export function boundOf(claim: MapClaim): ClaimBound | null {
  const raw = claim.claim;
  const unit: Unit = claim.kind === "takes" ? "ms" : claim.kind === "score" ? "score" : "share";
  const options: [string, Side, boolean][] = [
    ["at_least", "at_least", false], ["at_most", "at_most", false],
    ["median_at_least", "at_least", false], ["median_at_most", "at_most", false], ["p90_at_most", "at_most", true],
  ];
  for (const [key, side, p90] of options) {
    const value = unit === "ms" ? readDuration(raw[key]) : typeof raw[key] === "number" ? raw[key] : null;
    if (value !== null) return { bound: value, side, unit, p90 };
  }
  return null;
}
