import type { Filters } from "../../api/types";
import { readList } from "../../urlstate";
import { readForm } from "./audience/form";

/** Filters that every question of this page shares, read from the address. Days are taken whole, in UTC. */
export function readFilters(query: Readonly<Record<string, string>>): Filters | undefined {
  const channels = readList(query.channels);
  const audience = readForm(query.audience);
  const filters: Filters = {
    ...(query.segment ? { segment: query.segment } : audience ? { audience } : {}),
    ...(channels.length > 0 ? { channels } : {}),
    ...(isDay(query.first) ? { first: `${query.first}T00:00:00Z` } : {}),
    ...(isDay(query.last) ? { last: `${query.last}T23:59:59.999Z` } : {}),
  };
  return Object.keys(filters).length > 0 ? filters : undefined;
}

export function isDay(text: string | undefined): text is string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text ?? "") && !Number.isNaN(Date.parse(text!));
}
