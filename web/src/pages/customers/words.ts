import { m } from "../../paraglide/messages.js";
import type { Edge } from "./types";

const kinds: Record<string, () => string> = {
  user_id: m.customers_kind_user_id, anonymous_id: m.customers_kind_anonymous_id, email: m.customers_kind_email, phone: m.customers_kind_phone,
};

/** What an identifier of a kind is called; kinds of a company's own keep their name. */
export const kindName = (kind: string): string => (kind === "" ? m.customers_kind_id() : (kinds[kind]?.() ?? kind));

const feedbackKinds: Record<string, () => string> = {
  nps: () => "NPS", csat: () => "CSAT", ces: () => "CES", rating: m.customers_rating, text: m.customers_comment,
};

export const feedbackName = (kind: string): string => feedbackKinds[kind]?.() ?? kind;

const causes: Record<string, () => string> = {
  login: m.customers_why_login, alias: m.customers_why_alias, same: m.customers_why_same, stronger: m.customers_why_same,
  match: m.customers_why_match, undo: m.customers_why_undo,
};

/** Why two customers became one, or came apart. */
export function causeText(edge: Edge): string {
  const why = causes[edge.cause.why ?? ""]?.() ?? m.customers_why_person();
  return edge.cause.by ? `${why} · ${kindName(edge.cause.by[0])} ${edge.cause.by[1]}` : why;
}
