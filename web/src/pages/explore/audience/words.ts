import { m } from "../../../paraglide/messages.js";
import { say } from "../../../say";
import { channelName } from "../../../ui/channels";
import { toRules, type Chosen, type Form, type Row } from "./form";
import { segments } from "./segments.svelte";

const LONGEST = 60;

function rowWords(row: Row): string {
  const what = row.kind === "segment" ? (segments.name(row.segment) ?? m.audience_gone()) : didWords(row);
  return row.not ? m.audience_says_not({ what }) : what;
}

function didWords(row: Row): string {
  const event = row.event || m.audience_any_event();
  const what = row.column ? `${event} (${row.column === "channel" ? channelName(row.value) : `${row.column}: ${row.value}`})` : event;
  const n = say.count(row.n);
  if (row.times === "most") return m.audience_says_most({ what, n });
  if (row.times === "exactly") return m.audience_says_exactly({ what, n });
  return row.n === 1 ? m.audience_says_did({ what }) : m.audience_says_least({ what, n });
}

/** An audience in words, short enough for a button. */
export function formWords(form: Form): string {
  const rules = toRules(form);
  const said = rules ? rules.rows.map(rowWords).join(rules.join === "all" ? m.audience_and() : m.audience_or()) : JSON.stringify(form);
  return said.length > LONGEST ? `${said.slice(0, LONGEST - 1)}…` : said;
}

export function chosenWords(chosen: Chosen): string {
  return "segment" in chosen ? (segments.name(chosen.segment) ?? (segments.ready ? m.audience_gone() : "…")) : formWords(chosen.audience);
}

/** What an answer is broken down by, in words. */
export const byWords = (by: string): string => (by === "channel" ? m.channel() : by.startsWith("segment:") ? m.audience_saved() : by);

/** The customers of no group: outside of the segments, or without a value in the column. */
export const noGroup = (by: string): string => (by.startsWith("segment:") ? m.audience_rest() : m.no_value());
