import type { Entry } from "./types";

/** A day of a timeline; within it `gap` is the silence before an entry, in milliseconds, where a new visit began. */
export interface Day {
  key: string;
  time: string;
  entries: { entry: Entry; gap: number | null }[];
}

/** As long a silence between two events begins a new visit. */
export const VISIT = 30 * 60_000;

const dayOf = (iso: string): string => {
  const time = new Date(iso);
  return `${time.getFullYear()}-${time.getMonth() + 1}-${time.getDate()}`;
};

/** Cuts entries, the newest first, into days of the reader's own time zone. */
export function byDay(entries: Entry[]): Day[] {
  const days: Day[] = [];
  let later: { day: Day; time: number } | null = null;
  for (const entry of entries) {
    const key = dayOf(entry.time);
    let day = days.at(-1);
    if (!day || day.key !== key) days.push((day = { key, time: entry.time, entries: [] }));
    const time = Date.parse(entry.time);
    const silence = later && later.day === day && entry.kind === "event" ? later.time - time : 0;
    day.entries.push({ entry, gap: silence > VISIT ? silence : null });
    if (entry.kind === "event") later = { day, time };
  }
  return days;
}
