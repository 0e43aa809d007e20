import type { ImportKind, ImportState } from "../../api/types";
import { m } from "../../paraglide/messages.js";

export const ROLES: Record<ImportKind, { role: string; needed: boolean }[]> = {
  events: [
    { role: "customer", needed: true }, { role: "time", needed: true }, { role: "event", needed: true },
    { role: "channel", needed: false }, { role: "value", needed: false },
  ],
  feedback: [
    { role: "customer", needed: true }, { role: "time", needed: true }, { role: "kind", needed: true },
    { role: "score", needed: false }, { role: "text", needed: false }, { role: "touchpoint", needed: false },
  ],
};

export function roleName(role: string): string {
  const names: Record<string, () => string> = {
    customer: m.role_customer, time: m.role_time, event: m.role_event, channel: m.role_channel, value: m.role_value,
    kind: m.role_kind, score: m.role_score, text: m.role_text, touchpoint: m.role_touchpoint,
  };
  return names[role]?.() ?? role;
}

export function reasonText(reason: string): string {
  const texts: Record<string, () => string> = {
    kept_out: m.reason_kept_out, no_customer: m.reason_no_customer, no_time: m.reason_no_time, bad_time: m.reason_bad_time, time_out_of_range: m.reason_time_out_of_range,
    no_event: m.reason_no_event, name_too_long: m.reason_name_too_long, bad_score: m.reason_bad_score, bad_kind: m.reason_bad_kind, no_content: m.reason_no_content, bad_row: m.reason_bad_row,
  };
  return texts[reason]?.() ?? reason;
}

export function stateWord(state: ImportState): string {
  return { preview: m.state_preview, running: m.state_running, done: m.state_done, failed: m.state_failed, duplicate: m.state_duplicate }[state]();
}

/** What the server is doing; a step it names that we have no words for is shown as it is. */
export function stepWord(step: string): string {
  const words: Record<string, () => string> = {
    wait: m.step_wait, read: m.step_read, check: m.step_check, store: m.step_store, write: m.step_store, build: m.step_build, sort: m.step_build, log: m.step_build,
  };
  return words[step]?.() ?? step;
}

/** Columns chosen for the roles that still miss one. */
export function missingRoles(kind: ImportKind, roles: Record<string, string>): string[] {
  return ROLES[kind].filter(({ role, needed }) => needed && !roles[role]).map(({ role }) => role);
}
