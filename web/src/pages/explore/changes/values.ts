// Words and numbers of changes.
import type { components } from "../../../api/schema";
import { m } from "../../../paraglide/messages.js";
import { say } from "../../../say";

export type Change = components["schemas"]["ChangeView"];
export type Window = components["schemas"]["DriftWindowView"];

export const kindWords: Record<Change["kind"], () => string> = {
  event: m.changes_kind_event,
  transition: m.changes_kind_transition,
  duration: m.changes_kind_duration,
  conversion: m.changes_kind_conversion,
  variant: m.changes_kind_variant,
};
export const kinds = Object.keys(kindWords) as Change["kind"][];

export const becameWords: Record<Change["became"], () => string> = {
  new: m.changes_became_new,
  vanished: m.changes_became_vanished,
  more: m.changes_became_more,
  less: m.changes_became_less,
  slower: m.changes_became_slower,
  faster: m.changes_became_faster,
};

export const subject = (one: Change): string => one.subject.join(" → ");

/** A value of a change: a share, or for durations a time. */
export function value(one: Change, of: number, n = Infinity): string {
  return one.kind === "duration" ? say.duration(of) : say.share(of, n);
}

/** A difference with its sign; shares in points. */
export function signed(one: Change, of: number): string {
  const sign = of > 0 ? "+" : of < 0 ? "−" : "";
  return sign + (one.kind === "duration" ? say.duration(Math.abs(of)) : say.share(Math.abs(of)));
}

export const qText = (q: number): string => (q < 0.001 ? "< 0.001" : q.toFixed(3));

/** Where a value lies along a line, 0..1: shares up to the largest, durations by their logarithm. */
export function scaleOf(changes: Change[]): (one: Change, of: number) => number {
  const shares = changes.filter((one) => one.kind !== "duration");
  const most = Math.min(1, Math.max(1e-9, ...shares.flatMap((one) => [one.before, one.now, one.before + one.high])));
  const times = changes.filter((one) => one.kind === "duration").flatMap((one) => [one.before, one.now]);
  const low = Math.log(Math.max(1, Math.min(...times)) / 2);
  const high = Math.log(Math.max(2, ...times) * 2);
  const kept = (at: number) => Math.min(1, Math.max(0, at));
  return (one, of) => kept(one.kind === "duration" ? (Math.log(Math.max(1, of)) - low) / (high - low) : of / most);
}
