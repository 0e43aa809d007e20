import { describe, expect, it } from "vitest";
import type { MapStage, FeelingPoint } from "../src/api/types";
import { feelings, gapOf, mood } from "../src/map/feelings";
import { lanesOf, namesIn, nextChip, phasesOf, stageLine, stageWidth } from "../src/map/layout";
import { boundOf, readDuration } from "../src/map/bound";

const stage = (id: string, cards: Record<string, string[]> = {}, phase: string | null = null) => ({ id, cards, phase }) as unknown as MapStage;
const point = (low: number | null, high: number | null): FeelingPoint => ({ stage: "a", value: 0, low, high, n: 10 });

describe("gaps of feeling", () => {
  it("are shown only where the believed value lies outside the reported interval", () => {
    expect(gapOf(1, point(-0.2, 0.4))).toEqual([1, 0.4]);
    expect(gapOf(-1, point(-0.2, 0.4))).toEqual([-1, -0.2]);
    expect(gapOf(0.3, point(-0.2, 0.4))).toBeNull();
    expect(gapOf(0.4, point(-0.2, 0.4))).toBeNull();
    expect(gapOf(1, point(null, null))).toBeNull();
    expect(gapOf(null, point(0, 1))).toBeNull();
  });

  it("follow the order of the stages, whatever the order of the curves", () => {
    const rows = feelings(["a", "b"], { believed: [{ ...point(null, null), stage: "b", value: 1 }, point(null, null)], reported: [{ ...point(0, 1), stage: "b" }], inferred: [] });
    expect(rows.map((row) => row.believed)).toEqual([0, 1]);
    expect(rows[0]!.reported).toBeNull();
    expect(rows[1]!.reported?.stage).toBe("b");
  });

  it("name moods by sign, with a middle", () => {
    expect([mood(1), mood(-1), mood(0.1)]).toEqual(["good", "bad", "even"]);
  });
});

describe("the board", () => {
  it("draws known lanes in their order, own lanes last, and one line of visibility", () => {
    const lanes = lanesOf([stage("a", { systems: ["x"], "x-law": ["y"], pains: ["z"] }), stage("b", { actions: ["w"], backstage: [] })]);
    expect(lanes.map((lane) => lane.id)).toEqual(["actions", "pains", "systems", "x-law"]);
    expect(lanes.filter((lane) => lane.divides).map((lane) => lane.id)).toEqual(["systems"]);
  });

  it("joins neighbours of one phase", () => {
    expect(phasesOf(["before", "before", "on", null].map((phase) => ({ phase })))).toEqual([
      { phase: "before", from: 0, count: 2 }, { phase: "on", from: 2, count: 1 }, { phase: null, from: 3, count: 1 },
    ]);
  });

  it("shares the room among few stages and scrolls with many", () => {
    expect(stageWidth(880, 4)).toBe(220);
    expect(stageWidth(880, 9)).toBe(148);
    expect(stageWidth(2000, 2)).toBe(236);
  });

  it("lets arrows move among chips and skip stages without any", () => {
    const sizes = [1, 0, 2, 1];
    expect(nextChip(sizes, { stage: 0, chip: 0 }, "ArrowRight")).toEqual({ stage: 2, chip: 0 });
    expect(nextChip(sizes, { stage: 2, chip: 0 }, "ArrowDown")).toEqual({ stage: 2, chip: 1 });
    expect(nextChip(sizes, { stage: 2, chip: 1 }, "ArrowRight")).toEqual({ stage: 3, chip: 0 });
    expect(nextChip(sizes, { stage: 2, chip: 1 }, "ArrowLeft")).toEqual({ stage: 0, chip: 0 });
    expect(nextChip(sizes, { stage: 3, chip: 0 }, "ArrowRight")).toBeNull();
    expect(nextChip(sizes, { stage: 0, chip: 0 }, "End")).toEqual({ stage: 3, chip: 0 });
    expect(nextChip(sizes, { stage: 0, chip: 0 }, "x")).toBeNull();
  });

  it("finds a stage in the text", () => {
    const text = 'title: x\nstages:\n  - id: pay\n    touchpoints:\n      - {id: pay-main}\n  - id: "deliver"\n';
    expect(stageLine(text, "pay")).toBe(3);
    expect(stageLine(text, "deliver")).toBe(6);
    expect(stageLine(text, "nowhere")).toBe(1);
  });
});

describe("claims", () => {
  it("read durations however they are written", () => {
    expect(readDuration("1h 30m")).toBe(5_400_000);
    expect(readDuration("P2D")).toBe(172_800_000);
    expect(readDuration("PT90S")).toBe(90_000);
    expect(readDuration(120)).toBe(120);
    expect(readDuration("soon")).toBeNull();
  });

  it("know their bound, side and unit", () => {
    expect(boundOf({ index: 0, kind: "takes", says: "", sentence: { ko: "", en: "" }, claim: { takes: "b", median_at_most: "2d" } })).toEqual({ bound: 172_800_000, side: "at_most", unit: "ms", p90: false });
    expect(boundOf({ index: 0, kind: "takes", says: "", sentence: { ko: "", en: "" }, claim: { takes: "b", p90_at_most: "3d" } })?.p90).toBe(true);
    expect(boundOf({ index: 0, kind: "reach", says: "", sentence: { ko: "", en: "" }, claim: { reach: "b", at_least: 0.6} })).toEqual({ bound: 0.6, side: "at_least", unit: "share", p90: false });
    expect(boundOf({ index: 0, kind: "reach", says: "", sentence: { ko: "", en: "" }, claim: { reach: "b" } })).toBeNull();
  });
});

it("event names are found whole in a matcher's text", () => {
  const names = ["search", "search_result", "결제 완료", "pay"];
  expect(namesIn("event: [search, 결제 완료]", names)).toEqual(["search", "결제 완료"]);
  expect(namesIn("event: search_result", names)).toEqual(["search_result"]);
  expect(namesIn("", names)).toEqual([]);
});
