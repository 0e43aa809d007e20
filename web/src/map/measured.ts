import type { CheckedClaim, Evidence } from "../api/types";
import { m } from "../paraglide/messages.js";
import { say } from "../say";
import { amount } from "./measure";

/** One sentence that reads the figure for those who read no figures. */
export function measuredSentence(claim: CheckedClaim, evidence: Evidence | null): string {
  if (!evidence) return "";
  const { distribution, funnel } = evidence;
  if (funnel && claim.unit === "share") return m.of_customers({ reached: say.count(funnel.reached), customers: say.count(funnel.customers) });
  if (!distribution) return "";
  const bound = amount(claim.bound, claim.unit);
  const parts: string[] = [];
  if (distribution.tail_share !== null && claim.unit === "ms") {
    // The tail lies on the wrong side of the bound: beyond it, or short of it.
    const within = claim.side === "at_most" ? 1 - distribution.tail_share : distribution.tail_share;
    parts.push(m.within_bound({ share: say.share(within, claim.n), bound }));
  }
  if (distribution.quantiles && claim.unit === "ms") parts.push(m.nine_of_ten({ time: say.duration(distribution.quantiles.p90) }));
  if (claim.unit === "score") parts.push(m.n_answers({ n: say.count(claim.n) }));
  return parts.join(" ");
}
