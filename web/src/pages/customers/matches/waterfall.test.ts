import { expect, test } from "vitest";
import type { Match } from "./types";
import { waterfall } from "./waterfall";

const side = { id: "a", name: null, email: null, phone: null, address: null, others: {} };
const match: Match = {
  left: side, right: side, weight: 10, probability: 0.999, prior: -10,
  fields: [
    { field: "name", level: "same", weight: 12 },
    { field: "email", level: "missing", weight: 0 },
    { field: "phone", level: "same", weight: 10 },
    { field: "address", level: "other", weight: -2 },
  ],
};

test("each bar begins where the one before ended, and what is missing has none", () => {
  const { bars, zero } = waterfall(match);
  expect(bars.map((bar) => bar.key)).toEqual(["prior", "name", "phone", "address"]);
  for (const [i, bar] of bars.entries()) expect(bar.from).toBeCloseTo(i === 0 ? zero : bars[i - 1]!.to);
  expect(Math.min(...bars.flatMap((bar) => [bar.from, bar.to]))).toBeCloseTo(0);
  expect(Math.max(...bars.flatMap((bar) => [bar.from, bar.to]))).toBeCloseTo(1);
});
