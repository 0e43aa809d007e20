// Calendar periods as pages name them. Days come as "2026-03-02", without a time or a zone.
import type { Locale } from "../../../format";

export const EVERY = ["day", "week", "month"] as const;
export type Every = (typeof EVERY)[number];

/** The browser's own zone first, then the ones most readers are in. */
export function zones(own: string, chosen: string): string[] {
  return [...new Set([own, "Asia/Seoul", "UTC", chosen])].filter(Boolean);
}

/** "대한민국 시간 (Asia/Seoul)". */
export function zoneText(zone: string, locale: Locale): string {
  try {
    const parts = new Intl.DateTimeFormat(locale === "ko" ? "ko-KR" : "en-US", { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts();
    return `${parts.find((part) => part.type === "timeZoneName")?.value ?? zone} (${zone})`;
  } catch {
    return zone;
  }
}

/** "3월 2일", "2026년 3월": the year only where the periods lie in several, or are months. */
export function periodText(day: string, every: Every, locale: Locale, years: boolean): string {
  const parts: Intl.DateTimeFormatOptions = every === "month" ? { year: "numeric", month: "short" } : { ...(years ? { year: "numeric" } : {}), month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(locale === "ko" ? "ko-KR" : "en-US", { ...parts, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export const severalYears = (days: string[]): boolean => new Set(days.map((day) => day.slice(0, 4))).size > 1;

/** Places of labels along an axis, so that at most `most` of them are told. */
export function labelStep(count: number, most: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, most)));
}
