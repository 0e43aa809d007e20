import { m } from "../../../paraglide/messages.js";
import type { RefusalCount } from "./types";

type Said = () => string;

const WORDS: Record<string, [why: Said, right: Said]> = {
  bad_json: [m.refusals_bad_json, m.refusals_bad_json_right],
  too_large: [m.refusals_too_large, m.refusals_too_large_right],
  bad_call: [m.refusals_bad_call, m.refusals_bad_call_right],
  no_customer: [m.refusals_no_customer, m.refusals_no_customer_right],
  no_event: [m.refusals_no_event, m.refusals_no_event_right],
  no_time: [m.refusals_no_time, m.refusals_no_time_right],
  bad_time: [m.refusals_bad_time, m.refusals_bad_time_right],
  time_out_of_range: [m.refusals_time_out_of_range, m.refusals_time_out_of_range_right],
  name_too_long: [m.refusals_name_too_long, m.refusals_name_too_long_right],
  null_character: [m.refusals_null_character, m.refusals_null_character_right],
  too_many_names: [m.refusals_too_many_names, m.refusals_too_many_names_right],
  bad_kind: [m.refusals_bad_kind, m.refusals_bad_kind_right],
  bad_score: [m.refusals_bad_score, m.refusals_bad_score_right],
  no_content: [m.refusals_no_content, m.refusals_no_content_right],
};

export const why = (reason: string): string => WORDS[reason]?.[0]() ?? reason;
export const right = (reason: string): string => WORDS[reason]?.[1]() ?? "";

/** A body too long was cut off: it can never be let in again. */
export const canReturn = (reason: string): boolean => reason !== "too_large";

export interface ReasonSum {
  reason: string;
  count: number;
  sources: string[];
}

/** The counts by reason, the most frequent first, of one source or of all. */
export function byReason(counts: RefusalCount[], source: string | null): ReasonSum[] {
  const sums = new Map<string, ReasonSum>();
  for (const one of counts) {
    if (source && one.source !== source) continue;
    const sum = sums.get(one.reason) ?? { reason: one.reason, count: 0, sources: [] };
    sum.count += one.count;
    sum.sources.push(one.source_name);
    sums.set(one.reason, sum);
  }
  return [...sums.values()].sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
}

/** JSON with one value a line; what is no JSON stays as it came. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
