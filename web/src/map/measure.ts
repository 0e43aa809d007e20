import type { CheckedClaim, Unit } from "../api/types";
import { m } from "../paraglide/messages.js";
import { say } from "../say";

type Measured = Pick<CheckedClaim, "unit" | "value" | "low" | "high" | "n" | "kind">;

export function amount(value: number, unit: Unit, n?: number): string {
  if (unit === "share") return say.share(value, n);
  return unit === "ms" ? say.duration(value) : say.score(value);
}

export function valueText(claim: Measured): string {
  return claim.value === null ? m.not_measured() : amount(claim.value, claim.unit, claim.n);
}

/** "2.5–2.7일", or nothing where no interval is known. */
export function intervalText(claim: Pick<Measured, "unit" | "low" | "high" | "n">): string {
  if (claim.low === null || claim.high === null) return "";
  if (claim.unit === "ms") return say.durationRange(claim.low, claim.high);
  const low = amount(claim.low, claim.unit, claim.n);
  const high = amount(claim.high, claim.unit, claim.n);
  // A dash between two minus signs would read as a third.
  if (claim.low < 0) return `${low} – ${high}`;
  return claim.unit === "share" ? `${low.replace("%", "")}–${high}` : `${low}–${high}`;
}
