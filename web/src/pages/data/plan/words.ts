import { m } from "../../../paraglide/messages.js";
import type { Departure, PropertyKind } from "./types";

export const KINDS: PropertyKind[] = ["any", "text", "number", "truth", "time"];

const KIND_WORDS: Record<PropertyKind, () => string> = {
  any: m.plan_kind_any,
  text: m.plan_kind_text,
  number: m.plan_kind_number,
  truth: m.plan_kind_truth,
  time: m.plan_kind_time,
};
export const kindWord = (kind: PropertyKind): string => KIND_WORDS[kind]();

/** What departed, in words. */
export function departureText({ kind, property }: Departure): string {
  if (kind === "unknown_event") return m.plan_unknown_event();
  if (kind === "unknown_property") return m.plan_unknown_property({ property });
  if (kind === "missing_property") return m.plan_missing_property({ property });
  return m.plan_bad_value({ property });
}

/** What accepting it does to the plan, in words. */
export function acceptText({ kind }: Departure): string {
  if (kind === "missing_property") return m.plan_accept_optional();
  return kind === "bad_value" ? m.plan_accept_any() : m.plan_accept_add();
}

/** Words between commas, each once. */
export const listed = (text: string): string[] => [...new Set(text.split(",").map((word) => word.trim()).filter(Boolean))];
