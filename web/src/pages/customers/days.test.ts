import { expect, test } from "vitest";
import { byDay } from "./days";
import type { Entry } from "./types";

const event = (time: string): Entry => ({ kind: "event", time, event: { name: "view", channel: null, source: null, values: {} } });
const at = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).toISOString();

test("entries fall into the days of the reader", () => {
  const days = byDay([event(at(2, 9)), event(at(1, 23, 59)), event(at(1, 23, 50))]);
  expect(days.map((day) => day.entries.length)).toEqual([1, 2]);
});

test("a long silence between events of a day begins a new visit", () => {
  const said: Entry = { kind: "feedback", time: at(1, 11), feedback: { kind: "nps", score: 9, text: null, touchpoint: null } };
  const [day] = byDay([event(at(1, 12)), said, event(at(1, 10)), event(at(1, 9, 50))]);
  expect(day!.entries.map((one) => one.gap)).toEqual([null, null, 2 * 3_600_000, null]);
});

test("a night between two days is no gap of its own", () => {
  expect(byDay([event(at(2, 9)), event(at(1, 9))]).flatMap((day) => day.entries.map((one) => one.gap))).toEqual([null, null]);
});
