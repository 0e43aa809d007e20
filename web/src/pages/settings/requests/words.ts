import { m } from "../../../paraglide/messages.js";
import { say } from "../../../say";
import type { PlaceCount, PrivacyRequest, RequestKind } from "./types";

export const kindName = (kind: RequestKind) => (kind === "access" ? m.requests_access() : m.requests_erasure());

const states: Record<PrivacyRequest["state"], () => string> = {
  open: m.requests_state_open, running: m.requests_state_running, done: m.requests_state_done, failed: m.requests_state_failed,
};
export const stateName = (state: PrivacyRequest["state"]) => states[state]();

const steps: Record<string, () => string> = {
  suppression: m.requests_step_suppression, inbox: m.requests_step_inbox, events: m.requests_step_events, log: m.requests_step_log,
  refusals: m.requests_step_refusals, files: m.requests_step_files, tables: m.requests_step_tables, consent: m.requests_step_consent,
  mentions: m.requests_step_mentions, traces: m.requests_step_traces, give: m.requests_step_give,
};
export const stepName = (step: string) => steps[step]?.() ?? step;

const things: Record<string, () => string> = {
  events: m.requests_of_events, calls: m.requests_of_waiting, waiting: m.requests_of_waiting, refusals: m.requests_of_refusals,
  rows: m.requests_of_rows, uploads: m.requests_of_uploads, previews: m.requests_of_previews, texts: m.requests_of_texts,
  customer: m.requests_of_records, identifier: m.requests_of_identifiers, identifiers: m.requests_of_identifiers,
  identifier_holder: m.requests_of_holders, holders: m.requests_of_holders, identity_edge: m.requests_of_merges, identity: m.requests_of_merges,
  identity_apart: m.requests_of_apart, group_member: m.requests_of_groups, groups: m.requests_of_groups,
  match_proposal: m.requests_of_matches, matches: m.requests_of_matches, feedback: m.requests_of_feedback,
  consent: m.requests_of_consent, digests: m.requests_of_digests, imports: m.requests_of_imports,
};

/** How much of what, for a list: nothing is said of what there is none of. */
export const counted = (counts: PlaceCount[]) =>
  counts.filter((one) => one.count > 0 && !(one.place === "suppression" && one.what === "identifiers"))
    .map((one) => ({ what: things[one.what]?.() ?? one.what, count: say.count(one.count) }));

const DAY = 86_400_000;

/** Whole days until a request must be answered; negative once it is late. */
export function daysLeft(request: PrivacyRequest, now = Date.now()): number {
  const left = (new Date(request.due_at).getTime() - now) / DAY;
  return left < 0 ? Math.floor(left) : Math.ceil(left);
}
