// Audiences as rows of a form, and as the mapping the server takes.
import { isDay } from "../filters";

export type Form = Record<string, unknown>;

/** What is chosen: a saved segment by id, or an audience of one's own. */
export type Chosen = { segment: string } | { audience: Form };

export type Times = "least" | "most" | "exactly";

export interface Row {
  kind: "did" | "segment";
  not: boolean;
  /** Empty: any event. */
  event: string;
  times: Times;
  n: number;
  since: string;
  until: string;
  column: string;
  value: string;
  segment: string;
}

export interface Rules {
  join: "all" | "any";
  rows: Row[];
}

export const emptyRow = (event = ""): Row => ({ kind: "did", not: false, event, times: "least", n: 1, since: "", until: "", column: "", value: "", segment: "" });

const DAY = 86_400_000;
const shifted = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Whether a row says enough to be asked. */
export const whole = (row: Row): boolean => (row.kind === "segment" ? row.segment !== "" : row.event !== "" || (row.column !== "" && row.value !== ""));

function rowForm(row: Row): Form {
  if (row.kind === "segment") return { segment: row.segment };
  const matcher: Form = {
    ...(row.event ? { event: row.event } : {}),
    ...(row.column && row.value ? { where: { [row.column]: row.value } } : {}),
  };
  const counts = row.times === "least" ? (row.n === 1 ? {} : { at_least: row.n }) : row.times === "most" ? { at_least: 0, at_most: row.n } : { at_least: row.n, at_most: row.n };
  return {
    did: matcher,
    ...counts,
    ...(isDay(row.since) ? { since: row.since } : {}),
    // People name the last day that counts; the form names the first that does not.
    ...(isDay(row.until) ? { until: shifted(row.until, 1) } : {}),
  };
}

/** The audience that the rows say; null while no row says enough. */
export function toForm(rules: Rules): Form | null {
  const parts = rules.rows.filter(whole).map((row) => (row.not ? { not: rowForm(row) } : rowForm(row)));
  return parts.length === 0 ? null : parts.length === 1 ? parts[0]! : { [rules.join]: parts };
}

const keys = (form: Form, allowed: string[]) => Object.keys(form).every((key) => allowed.includes(key));
const isForm = (value: unknown): value is Form => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

function readRow(form: unknown): Row | null {
  if (!isForm(form)) return null;
  if ("not" in form) {
    const inner = keys(form, ["not"]) ? readRow(form.not) : null;
    return inner && !inner.not ? { ...inner, not: true } : null;
  }
  if ("segment" in form) return keys(form, ["segment"]) && typeof form.segment === "string" ? { ...emptyRow(), kind: "segment", segment: form.segment } : null;
  if (!isForm(form.did) || !keys(form, ["did", "at_least", "at_most", "since", "until"]) || !keys(form.did, ["event", "where"])) return null;
  const row = emptyRow();
  const names = Array.isArray(form.did.event) ? form.did.event : form.did.event === undefined ? [] : [form.did.event];
  if (names.length > 1 || names.some((name) => typeof name !== "string")) return null;
  row.event = (names[0] as string | undefined) ?? "";
  if (form.did.where !== undefined) {
    const tests = isForm(form.did.where) ? Object.entries(form.did.where) : [];
    if (tests.length !== 1 || typeof tests[0]![1] !== "string") return null;
    [row.column, row.value] = tests[0] as [string, string];
  }
  const least = form.at_least ?? 1;
  const most = form.at_most ?? null;
  if (!isCount(least) || !(most === null || isCount(most))) return null;
  if (most === null) [row.times, row.n] = ["least", least];
  else if (most === least) [row.times, row.n] = ["exactly", least];
  else if (least === 0) [row.times, row.n] = ["most", most];
  else return null;
  for (const key of ["since", "until"] as const) {
    const day = form[key];
    if (day === undefined) continue;
    if (typeof day !== "string" || !isDay(day)) return null;
    row[key] = key === "since" ? day : shifted(day, -1);
  }
  return whole(row) ? row : null;
}

/** The rows that say an audience; null where it says more than rows can. */
export function toRules(form: Form): Rules | null {
  for (const join of ["all", "any"] as const) {
    const parts = form[join];
    if (!Array.isArray(parts)) continue;
    const rows = keys(form, [join]) ? parts.map(readRow) : [];
    return rows.length > 0 && rows.every((row) => row !== null) ? { join, rows } : null;
  }
  const row = readRow(form);
  return row ? { join: "all", rows: [row] } : null;
}

/** An audience from the address; null where there is none or it is no mapping. */
export function readForm(text: string | undefined): Form | null {
  if (!text) return null;
  try {
    const form: unknown = JSON.parse(text);
    return isForm(form) && Object.keys(form).length > 0 ? form : null;
  } catch {
    return null;
  }
}

/** Writes what is chosen for an address: `segment:<id>`, or the audience as JSON. */
export const writeChosen = (chosen: Chosen): string => ("segment" in chosen ? `segment:${chosen.segment}` : JSON.stringify(chosen.audience));

export function readChosen(text: string | undefined): Chosen | null {
  if (text?.startsWith("segment:")) return { segment: text.slice("segment:".length) };
  const form = readForm(text);
  return form && { audience: form };
}
