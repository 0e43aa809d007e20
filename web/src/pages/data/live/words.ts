import { m } from "../../../paraglide/messages.js";
import { say } from "../../../say";

/** Mirrors `BackgroundView` of the server. */
export interface Activity {
  kind: string;
  source: string | null;
  state: "running" | "done" | "failed";
  step: string;
  progress: number;
  facts: Record<string, number>;
  error: string | null;
  ended_seconds_ago: number | null;
}
export interface Background {
  worker: boolean;
  waiting: { calls: number; bytes: number; oldest_seconds: number | null };
  activities: Activity[];
}

/** In the order of what matters to the reader: first what the events go through. */
const KINDS: Record<string, () => string> = {
  seal: m.activity_kind_seal, log: m.activity_kind_log, replay: m.activity_kind_replay, match: m.activity_kind_match,
  compact: m.activity_kind_compact, expire: m.activity_kind_expire, housekeeping: m.activity_kind_housekeeping,
  retention: m.activity_kind_retention, reset: m.activity_kind_reset, news: m.activity_kind_news,
  forget: m.activity_kind_forget,
};
const FACTS: Record<string, (n: { n: string }) => string> = {
  events: m.activity_fact_events, feedback: m.activity_fact_feedback, calls: m.activity_fact_calls, files: m.activity_fact_files,
  moved: m.activity_fact_moved, duplicates: m.activity_fact_duplicates, refused: m.activity_fact_refused,
};

export function workName(one: Activity): string {
  return one.kind === "pull" ? m.activity_kind_pull({ source: one.source ?? "" }) : (KINDS[one.kind]?.() ?? one.kind);
}

export function stateName(one: Activity): string {
  return { running: m.activity_running, done: m.activity_done, failed: m.activity_failed }[one.state]();
}

/** Figures that are not nought, in words; what calls brought is told once. */
export function factWords({ facts }: Activity): string {
  const told = Object.keys(FACTS).filter((name) => (facts[name] ?? 0) > 0 && !(name === "calls" && (facts.events || facts.feedback)));
  return told.map((name) => FACTS[name]!({ n: say.count(facts[name]!) })).join(" · ");
}

export function ago(seconds: number | null): string {
  if (seconds === null) return "–";
  return seconds < 1 ? m.activity_just_now() : m.activity_ago({ time: say.duration(whole(seconds)) });
}

/** Milliseconds in whole seconds: tenths would flicker. */
export const whole = (seconds: number): number => Math.max(1, Math.round(seconds)) * 1000;

export function inOrder(activities: Activity[]): Activity[] {
  const place = (one: Activity) => (Object.keys(KINDS).indexOf(one.kind) + 100) % 100;
  return [...activities].sort((a, b) => place(a) - place(b) || workName(a).localeCompare(workName(b)));
}
