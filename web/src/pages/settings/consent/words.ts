import { m } from "../../../paraglide/messages.js";
import { kindName } from "../../customers/words";
import type { ConsentWord } from "./types";

/** The kinds of identifier that are offered; others can be written. */
export const KINDS = ["user_id", "email", "phone", "anonymous_id"] as const;

export const whose = (one: { kind: string; value: string }): string => `${kindName(one.kind)} ${one.value}`;

/** Who wrote it down, and how it was said. */
export function howSaid(one: ConsentWord): string {
  const by = one.recorded_by.startsWith("source:") ? m.consent_by_source() : m.consent_by_person();
  const way = one.way === "call" ? m.consent_way_call() : one.way;
  return [way, by].filter(Boolean).join(" · ");
}

/** What proves it, as a text; empty where nothing does. */
export function proofText(proof: Record<string, unknown>): string {
  return Object.entries(proof).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ");
}
