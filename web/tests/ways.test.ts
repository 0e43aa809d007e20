// Geometry of the step Sankey, the icicle and the tokens.
import { expect, it } from "vitest";
import { moveAt, moving, spots, type Animation } from "../src/pages/explore/graph/tokens";
import { cellId, sankey, type Steps } from "../src/pages/explore/steps/sankey";
import { icicle, pathTo, type PrefixTree } from "../src/pages/explore/variants/icicle";

const steps: Steps = {
  customers: 10,
  steps: [-1, 1, 2],
  events: ["a", "b"],
  cells: [
    { step: -1, event: "a", customers: 4, share: 0.4, over: 0 },
    { step: 1, event: "b", customers: 10, share: 1, over: 3 },
    { step: 2, event: "a", customers: 5, share: 0.5, over: 0 },
    { step: 2, event: null, customers: 2, share: 0.2, over: 0 },
  ],
  links: [
    { step: -1, source: "a", target: "b", customers: 4 },
    { step: 1, source: "b", target: "a", customers: 5 },
    { step: 1, source: "b", target: null, customers: 2 },
  ],
};

it("blocks are as high as their customers and stand in the column of their step", () => {
  const { blocks } = sankey(steps, 212, 108, 12, 8);
  const at = new Map(blocks.map((block) => [block.id, block]));
  expect(at.get(cellId(1, "b"))).toMatchObject({ x: 100, y: 0, height: 100, over: 30 });
  expect(at.get(cellId(2, null))).toMatchObject({ x: 200, y: 58, height: 20 });
});

it("ribbons leave no gap and cross over the missing step 0", () => {
  const { ribbons } = sankey(steps, 212, 108, 12, 8);
  expect(ribbons.map((ribbon) => [ribbon.from, ribbon.to])).toEqual([
    [cellId(-1, "a"), cellId(1, "b")],
    [cellId(1, "b"), cellId(2, "a")],
    [cellId(1, "b"), cellId(2, null)],
  ]);
  expect(ribbons[2]!.path.startsWith("M112,50")).toBe(true);
});

const prefix = (parent: number | null, step: number, event: string | null, share: number) =>
  ({ parent, step, event, share, customers: share * 100, share_of_parent: 1, ends: 0, median_ms: null });
const tree: PrefixTree = {
  customers: 100,
  depth: 3,
  prefixes: [prefix(null, 1, "a", 0.7), prefix(0, 2, "b", 0.5), prefix(0, 2, null, 0.001), prefix(null, 1, "c", 0.3), prefix(3, 2, "d", 0.2)],
};

it("children of a prefix begin at its height, and lines too thin are left out", () => {
  const pieces = icicle(tree, 50, 100);
  expect(pieces.map((piece) => [piece.place, piece.x, piece.y])).toEqual([[0, 0, 0], [1, 50, 0], [3, 0, 70], [4, 50, 70]]);
});

it("a path leads from the first event to a prefix", () => {
  expect(pathTo(tree, 4).map((one) => one.event)).toEqual(["c", "d"]);
});

const animation: Animation = {
  start_ms: 0,
  step_ms: 10,
  frames: 3,
  active: 2,
  flows: [{ source: "a", target: "b", customers: [1, 2, 0] }, { source: null, target: null, customers: [0, 3, 0] }],
  tokens: [{ moves: [[0, 0, 10], [0, 15, 20]] }, { moves: [[1, 0, 20]] }],
};

it("a token is on the move it has begun and not ended", () => {
  const moves: [number, number, number][] = [[0, 0, 10], [0, 15, 20]];
  expect([-1, 0, 9, 10, 15, 20].map((moment) => moveAt(moves, moment)?.[1] ?? null)).toEqual([null, 0, 0, null, 15, null]);
});

it("tokens are drawn along their way, those of ways not drawn are not", () => {
  expect(spots(animation, [[{ x: 0, y: 0 }, { x: 100, y: 50 }], null], 5)).toEqual([{ x: 50, y: 25 }]);
  expect(moving(animation, 1)).toEqual({ all: 5, drawn: 2 });
});
