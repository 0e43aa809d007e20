import type { Problem } from "../api/problem";
import { m } from "../paraglide/messages.js";

/** What happened and what to do, in the reader's words. */
export function tell(problem: Problem): { what: string; detail: string; todo: string } {
  const detail = problem.offline ? "" : problem.message;
  if (problem.offline) return { what: m.trouble_offline(), detail, todo: m.trouble_offline_todo() };
  if (problem.status === 404) return { what: m.trouble_missing(), detail, todo: m.trouble_missing_todo() };
  if (problem.status === 409) return { what: m.trouble_conflict(), detail, todo: m.trouble_conflict_todo() };
  if (problem.status === 413) return { what: m.trouble_large(), detail, todo: m.trouble_large_todo() };
  if (problem.status < 500) return { what: m.trouble_refused(), detail, todo: m.trouble_refused_todo() };
  return { what: m.trouble_server(), detail, todo: m.trouble_server_todo() };
}
