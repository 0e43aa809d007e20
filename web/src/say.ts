// The formats of `format.ts` in the language of the moment.
import * as format from "./format";
import { settings } from "./settings.svelte";

export const say = {
  count: (value: number) => format.count(value, settings.locale),
  short: (value: number) => format.shortCount(value, settings.locale),
  share: (value: number | null, n?: number) => (value === null ? "–" : format.share(value, settings.locale, n)),
  duration: (ms: number) => format.duration(ms, settings.locale),
  durationRange: (low: number, high: number) => format.durationRange(low, high, settings.locale),
  score: (value: number) => format.score(value, settings.locale),
  feeling: (value: number) => format.feeling(value, settings.locale),
  date: (iso: string) => format.date(iso, settings.locale),
  dateTime: (iso: string) => format.dateTime(iso, settings.locale),
  period: (first: string, last: string) => format.period(first, last, settings.locale),
  bytes: (size: number) => format.bytes(size, settings.locale),
};
