import { describe, expect, it } from "vitest";
import type { Graph } from "../src/api/types";
import { END, fromElk, mainOnes, nearestBox, slowness, splinePath, START, strokeWidth, toElk } from "../src/pages/explore/graph";
import { isDay, readFilters } from "../src/pages/explore/filters";
import { foldRepeats } from "../src/ui/journey";

const graph: Graph = {
  nodes: [
    { event: "a", count: 100, customers: 90, starts: 95, ends: 5 },
    { event: "b", count: 60, customers: 50, starts: 5, ends: 90 },
  ],
  edges: [
    { source: "a", target: "b", count: 55, customers: 50, median_ms: 1000, p90_ms: 2000 },
    { source: "b", target: "b", count: 10, customers: 5, median_ms: null, p90_ms: null },
  ],
  total_edges: 4,
  kept: 0.9,
  loops: [],
  total_loops: 0,
  knots: [],
};

describe("the graph given to the layout", () => {
  const elk = toElk(graph, { name: () => 50, label: () => 20 }, false);

  it("holds every event, every way, and the main starts and ends", () => {
    expect(elk.children.map((child) => child.id)).toEqual([START, "a", "b", END]);
    expect(elk.edges).toHaveLength(4);
    expect(elk.edges.filter((edge) => edge.sources[0] === START).map((edge) => edge.targets[0])).toEqual(["a"]);
    expect(elk.edges.filter((edge) => edge.targets[0] === END).map((edge) => edge.sources[0])).toEqual(["b"]);
  });

  it("has one id for each way, even with odd names", () => {
    expect(new Set(elk.edges.map((edge) => edge.id)).size).toBe(elk.edges.length);
  });
});

it("a laid out graph keeps its ways", () => {
  const drawing = fromElk({
    width: 10, height: 5, children: [{ id: "a", x: 1, y: 2, width: 3, height: 4 }],
    edges: [{ id: "e", sources: ["a"], targets: ["b"], sections: [{ startPoint: { x: 0, y: 0 }, endPoint: { x: 9, y: 0 }, bendPoints: [{ x: 3, y: 1 }, { x: 6, y: 1 }] }], labels: [{ x: 4, y: 0, width: 2 }] }],
  });
  expect(drawing.lines[0]!.path).toBe("M0,0C3,1 6,1 9,0");
  expect(drawing.lines[0]!.label).toEqual({ x: 4, y: 0, width: 2 });
});

it("bends that make no full curve still reach the end", () => {
  expect(splinePath({ x: 0, y: 0 }, [], { x: 5, y: 5 })).toBe("M0,0L5,5");
  expect(splinePath({ x: 0, y: 0 }, [{ x: 1, y: 1 }], { x: 5, y: 5 })).toBe("M0,0Q1,1 5,5");
});

it("widths grow with counts and never vanish", () => {
  expect(strokeWidth(0, 100)).toBeGreaterThan(1);
  expect(strokeWidth(100, 100)).toBe(8);
  expect(strokeWidth(1, 0)).toBeGreaterThan(1);
});

it("slowness is a rank among the timed ways", () => {
  const ranks = slowness([graph.edges[0]!, { ...graph.edges[0]!, target: "c", median_ms: 9e9 }, graph.edges[1]!]);
  expect([...ranks.values()]).toEqual([0, 1]);
});

it("main ones stop once they hold the share", () => {
  expect(mainOnes([{ event: "a", value: 50 }, { event: "b", value: 45 }, { event: "c", value: 5 }, { event: "d", value: 0 }]).map((x) => x.event)).toEqual(["a", "b"]);
});

it("arrows go to the nearest box that way", () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 10, height: 10 });
  const boxes = [box("a", 0, 0), box("b", 100, 0), box("c", 60, 200), box("d", 0, 100)];
  expect(nearestBox(boxes, "a", "ArrowRight")).toBe("b");
  expect(nearestBox(boxes, "a", "ArrowDown")).toBe("d");
  expect(nearestBox(boxes, "a", "ArrowLeft")).toBeNull();
  expect(nearestBox(boxes, "zzz", "ArrowLeft")).toBeNull();
});

describe("filters", () => {
  it("take whole days and named channels from the address", () => {
    expect(readFilters({ channels: "app,web", first: "2026-09-01", last: "2026-09-30" })).toEqual({
      channels: ["app", "web"], first: "2026-09-01T00:00:00Z", last: "2026-09-30T23:59:59.999Z",
    });
    expect(readFilters({ first: "yesterday" })).toBeUndefined();
    expect(isDay("2026-13-40")).toBe(false);
  });
});

it("neighbouring repeats fold into one step", () => {
  expect(foldRepeats(["a", "a", "b", "a"])).toEqual([{ event: "a", times: 2 }, { event: "b", times: 1 }, { event: "a", times: 1 }]);
});
