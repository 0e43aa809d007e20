// What a view shows lives in its address; these read and write it.

export type Query = Record<string, string>;

export interface Place {
  path: string;
  query: Query;
}

export function readPlace(href: string): Place {
  const url = new URL(href, "http://here");
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/+$/, "") : url.pathname;
  return { path: path || "/", query: Object.fromEntries(url.searchParams) };
}

/** Writes an address; empty values are left out, so that a default view has a short one. */
export function writePlace(path: string, query: Record<string, string | null | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
  const text = search.toString().replaceAll("%2C", ",").replaceAll("%7E", "~");
  return text ? `${path}?${text}` : path;
}

// Event names may hold any character, so lists escape their own separators.
const escapePart = (text: string) => text.replace(/[~,|]/g, (mark) => `~${mark.charCodeAt(0).toString(16)}`);
const readPart = (text: string) => text.replace(/~([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

export const writeList = (items: string[]): string => items.map(escapePart).join(",");
export const readList = (text: string | undefined): string[] => (text ? text.split(",").map(readPart) : []);

/** Funnel steps: events of one step are joined by `|`, steps by `,`. */
export const writeSteps = (steps: string[][]): string =>
  steps.filter((step) => step.length > 0).map((step) => step.map(escapePart).join("|")).join(",");
export const readSteps = (text: string | undefined): string[][] =>
  text ? text.split(",").map((step) => step.split("|").filter(Boolean).map(readPart)).filter((step) => step.length > 0) : [];

export function readNumber(text: string | undefined, low: number, high: number, fallback: number): number {
  const value = Number(text);
  return text && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : fallback;
}

export function readChoice<Choice extends string>(text: string | undefined, choices: readonly Choice[], fallback: Choice): Choice {
  return choices.includes(text as Choice) ? (text as Choice) : fallback;
}

/** Parts of `path` that `pattern` names with a colon, or null where it does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split("/");
  const have = path.split("/");
  if (want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(have[i] ?? "");
    else if (part !== have[i]) return null;
  }
  return found;
}
