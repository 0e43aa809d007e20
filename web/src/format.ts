// Numbers, shares, durations and dates as each language writes them.

export type Locale = "ko" | "en";

const tags: Record<Locale, string> = { ko: "ko-KR", en: "en-US" };
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numbers(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = made.get(key) as Intl.NumberFormat | undefined;
  if (!format) made.set(key, (format = new Intl.NumberFormat(tags[locale], options)));
  return format;
}

function dates(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${locale}${JSON.stringify(options)}`;
  let format = made.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) made.set(key, (format = new Intl.DateTimeFormat(tags[locale], options)));
  return format;
}

export function count(value: number, locale: Locale): string {
  return numbers(locale, { maximumFractionDigits: 0 }).format(value);
}

/** Short form for tight places: 248만, 2.5M. */
export function shortCount(value: number, locale: Locale): string {
  return numbers(locale, { notation: "compact", maximumSignificantDigits: 3 }).format(value);
}

/** A share as percent. A decimal is shown only where `n` customers carry it. */
export function share(value: number, locale: Locale, n = Infinity): string {
  const percent = value * 100;
  const decimals = n < 200 ? 0 : 1;
  if (value > 0 && percent < 0.1) return locale === "ko" ? "0.1% 미만" : "< 0.1%";
  const whole = percent === 0 || Math.abs(percent - 100) < 1e-9;
  return numbers(locale, { minimumFractionDigits: whole ? 0 : decimals, maximumFractionDigits: decimals }).format(percent) + "%";
}

const UNITS: [number, string, string][] = [
  [86_400_000, "일", "d"],
  [3_600_000, "시간", "h"],
  [60_000, "분", "min"],
  [1000, "초", "s"],
];

/** The unit in which a duration of this size is told. */
export function durationUnit(ms: number): { size: number; ko: string; en: string } {
  const [size, ko, en] = UNITS.find(([size]) => Math.abs(ms) >= size) ?? UNITS[3]!;
  return { size, ko, en };
}

/** "2.6일", "1분 20초", "2.6 d", "1 min 20 s". */
export function duration(ms: number, locale: Locale): string {
  const unit = locale === "ko" ? (n: string, ko: string, _en: string) => n + ko : (n: string, _ko: string, en: string) => `${n} ${en}`;
  const { size, ko, en } = durationUnit(ms);
  const inUnit = ms / size;
  if (ms < 1000) return unit(count(Math.round(ms), locale), "밀리초", "ms");
  if (size === 60_000 && inUnit < 10) {
    const minutes = Math.floor(Math.round(ms / 1000) / 60);
    const seconds = Math.round(ms / 1000) % 60;
    if (minutes === 0) return unit(String(seconds), "초", "s");
    const first = unit(String(minutes), ko, en);
    return seconds ? `${first} ${unit(String(seconds), "초", "s")}` : first;
  }
  const decimals = inUnit < 10 && size > 60_000 ? 1 : 0;
  return unit(numbers(locale, { maximumFractionDigits: decimals }).format(inUnit), ko, en);
}

/** "2.5–2.7일": two durations in the unit of the larger. */
export function durationRange(low: number, high: number, locale: Locale): string {
  const { size, ko, en } = durationUnit(high);
  if (size === 60_000 && high < 600_000) return `${duration(low, locale)}–${duration(high, locale)}`;
  const span = (high - low) / size;
  const decimals = span < 0.05 ? 2 : size > 1000 && high / size < 100 ? 1 : 0;
  const format = numbers(locale, { maximumFractionDigits: decimals });
  const text = `${format.format(low / size)}–${format.format(high / size)}`;
  return locale === "ko" ? text + ko : `${text} ${en}`;
}

export function score(value: number, locale: Locale): string {
  return numbers(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value).replace("-", "−");
}

/** A feeling of −2..2 with its sign. */
export function feeling(value: number, locale: Locale): string {
  return numbers(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }).format(value).replace("-", "−");
}

export function money(value: number, locale: Locale): string {
  if (locale === "ko") return `${numbers("ko", { notation: Math.abs(value) >= 1e5 ? "compact" : "standard", maximumSignificantDigits: 3 }).format(value)}원`;
  return numbers("en", { style: "currency", currency: "KRW", notation: Math.abs(value) >= 1e5 ? "compact" : "standard", maximumSignificantDigits: 3 }).format(value);
}

export function date(iso: string, locale: Locale): string {
  return dates(locale, { year: "numeric", month: locale === "ko" ? "long" : "short", day: "numeric" }).format(new Date(iso));
}

export function dateTime(iso: string, locale: Locale): string {
  return dates(locale, { year: "numeric", month: locale === "ko" ? "long" : "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(new Date(iso));
}

export function period(first: string, last: string, locale: Locale): string {
  const format = dates(locale, { year: "numeric", month: locale === "ko" ? "long" : "short", day: "numeric" });
  return locale === "ko" ? `${date(first, locale)} – ${date(last, locale)}` : format.formatRange(new Date(first), new Date(last));
}

export function bytes(size: number, locale: Locale): string {
  const steps = ["B", "KB", "MB", "GB"];
  const step = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)));
  return `${numbers(locale, { maximumFractionDigits: step === 0 ? 0 : 1 }).format(size / 1000 ** step)} ${steps[step]}`;
}
