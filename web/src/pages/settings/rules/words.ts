import { m } from "../../../paraglide/messages.js";
import type { Action, Period } from "./types";

export const periodName = (one: { source: string; name: string }): string => (one.source === "" ? m.rules_files() : one.name);

/** What a source is called in an address. */
export const inAddress = (source: string): string => (source === "" ? "files" : encodeURIComponent(source));

/** Where a rule holds: at every source, or at one, which may be gone by now. */
export const whereName = (source: string, periods: readonly Period[]): string =>
  source === "" ? m.rules_everywhere() : (periods.find((one) => one.source === source)?.name ?? source);

export const actionName = (action: Action): string => (action === "drop" ? m.rules_drop() : m.rules_hash());

/** A call to try rules on; `name` is one of the reader's language. */
export const sample = (name: string) => ({
  type: "identify",
  userId: "u-1024",
  traits: { name, email: "minji@example.com", mobilePhone: "010-1234-5678", city: "Seoul" },
  context: { ip: "203.0.113.7", page: { path: "/join" } },
});
