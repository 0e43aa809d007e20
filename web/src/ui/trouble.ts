import type { Problem } from "../api/problem";
import { m } from "../paraglide/messages.js";
import { say } from "../say";

/** What happened and what to do, in the reader's words. */
export function tell(problem: Problem): { what: string; detail: string; todo: string } {
  const detail = problem.offline ? "" : problem.message;
  if (problem.offline) return { what: m.trouble_offline(), detail, todo: m.trouble_offline_todo() };
  if (problem.status === 401) return { what: m.trouble_signed_out(), detail: "", todo: m.trouble_signed_out_todo() };
  if (problem.status === 403) return { what: m.trouble_not_allowed(), detail, todo: m.trouble_not_allowed_todo() };
  if (problem.status === 429) return { what: m.trouble_too_many(), detail: "", todo: m.trouble_too_many_todo({ time: say.duration(Math.max(1, problem.seconds) * 1000) }) };
  if (problem.status === 404) return { what: m.trouble_missing(), detail, todo: m.trouble_missing_todo() };
  if (problem.status === 409) return { what: m.trouble_conflict(), detail, todo: m.trouble_conflict_todo() };
  if (problem.status === 413) return { what: m.trouble_large(), detail, todo: m.trouble_large_todo() };
  if (problem.status < 500) return { what: m.trouble_refused(), detail, todo: m.trouble_refused_todo() };
  return { what: m.trouble_server(), detail, todo: m.trouble_server_todo() };
}
