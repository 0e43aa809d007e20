import { api } from "../../api/client";
import type { Customer, CustomerRow, EntryKind, TimelinePage } from "./types";

/** The page of a customer. */
export const customerHref = (id: string): string => `/customers/${encodeURIComponent(id)}`;

/** An id in an address of the API: a slash is encoded twice, or it would begin the next part of the path. */
const part = (id: string): string => encodeURIComponent(id).replaceAll("%2F", "%252F");

export const customers = {
  find: (text: string, limit: number, signal?: AbortSignal) =>
    api.get<{ customers: CustomerRow[] }>(`/customers?find=${encodeURIComponent(text)}&limit=${limit}`, signal),
  head: (id: string, signal?: AbortSignal) => api.get<Customer>(`/customers/${part(id)}`, signal),
  timeline: (id: string, kind: EntryKind | "all", before: string | null, signal?: AbortSignal) =>
    api.get<TimelinePage>(`/customers/${part(id)}/timeline?kind=${kind}&limit=50${before ? `&before=${before}` : ""}`, signal),
  undo: (edge: number) => api.post(`/identity/edges/${edge}/undo`),
  split: (customer: string, identifiers: [string, string][]) => api.post("/identity/splits", { customer, identifiers }),
};
