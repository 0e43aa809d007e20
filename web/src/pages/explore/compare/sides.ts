// Sides of a comparison in the address, and as the server takes them.
import type { components } from "../../../api/schema";
import { readForm, type Chosen } from "../audience/form";
import { isDay } from "../filters";

export type CompareView = components["schemas"]["CompareView"];
export type Contrast = components["schemas"]["ContrastView"];
export type Asked = Partial<components["schemas"]["CompareSide"]>;
export type Side = Chosen | { first: string; last: string };

/** Reads `segment:<id>`, `period:<day>..<day>` or an audience in JSON. */
export function readSide(text: string | undefined): Side | null {
  if (!text) return null;
  if (text.startsWith("segment:")) return { segment: text.slice("segment:".length) };
  if (text.startsWith("period:")) {
    const [first, last] = text.slice("period:".length).split("..");
    return isDay(first) && isDay(last) ? { first, last } : null;
  }
  const audience = readForm(text);
  return audience && { audience };
}

export function writeSide(side: Side): string {
  if ("segment" in side) return `segment:${side.segment}`;
  return "first" in side ? `period:${side.first}..${side.last}` : JSON.stringify(side.audience);
}

const DAY = 86_400_000;

/** Days are taken whole: the last one counts too. */
export function askSide(side: Side): Asked {
  if (!("first" in side)) return side;
  return { first: `${side.first}T00:00:00Z`, last: new Date(Date.parse(`${side.last}T00:00:00Z`) + DAY).toISOString() };
}

/** Whether the interval of a difference leaves zero out. */
export const sure = (row: Contrast): boolean => row.q !== null && row.q < 0.05;
