import { m } from "../../../paraglide/messages.js";
import type { Edge } from "./types";

const KINDS: Record<string, () => string> = {
  user_id: m.identity_kind_user_id,
  email: m.identity_kind_email,
  phone: m.identity_kind_phone,
  card: m.identity_kind_card,
  loyalty: m.identity_kind_loyalty,
  anonymous_id: m.identity_kind_anonymous_id,
  device: m.identity_kind_device,
};

/** Names a kind of identifier as people do; kinds of one's own keep their name. */
export const kindName = (kind: string): string => KINDS[kind]?.() ?? kind;

const written = (pair: [string, string] | undefined): string => (pair ? `${kindName(pair[0])} ${pair[1]}` : "");

/** Says why customers were merged or split. */
export function because(edge: Edge): string {
  const { why, by, identifiers, taken } = edge.cause;
  switch (why) {
    case "login":
      return m.identity_why_login({ by: written(by) });
    case "same":
      return m.identity_why_same({ by: written(by) });
    case "stronger":
      return m.identity_why_stronger({ by: written(identifiers?.[0]) });
    case "alias":
      return m.identity_why_alias();
    case "match":
      return m.identity_why_match();
    case "split":
      return m.identity_why_split({ taken: (taken ?? []).map(written).join(", ") });
    case "undo":
      return edge.kind === "split" ? m.identity_why_merge_undone() : m.identity_why_split_undone();
    default:
      return m.identity_why_by_hand();
  }
}

/** The lines of a text, each once, without space around them. */
export const lines = (text: string): string[] => [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
