import { describe, expect, it } from "vitest";
import { band, curve, linear, ticks } from "../src/charts/scale";

describe("scales", () => {
  it("map ends to ends and middles to middles", () => {
    const y = linear([-2, 2], [136, 14]);
    expect(y(-2)).toBe(136);
    expect(y(2)).toBe(14);
    expect(y(0)).toBe(75);
  });

  it("of no width stay where they start", () => {
    expect(linear([3, 3], [0, 100])(3)).toBe(0);
  });

  it("tick at round values within the range", () => {
    expect(ticks(0, 5.3, 4)).toEqual([0, 2, 4]);
    expect(ticks(0, 0.9, 4)).toEqual([0, 0.5]);
    expect(ticks(1, 7, 6)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(ticks(2, 2)).toEqual([2]);
  });
});

describe("curves", () => {
  it("break where nothing is known", () => {
    const path = curve([{ x: 0, y: 0 }, { x: 10, y: 5 }, null, { x: 30, y: 5 }, { x: 40, y: 5 }]);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/C/g)).toHaveLength(2);
  });

  it("enclose a band once for each run", () => {
    const up = [{ x: 0, y: 1 }, { x: 1, y: 1 }, null, { x: 3, y: 1 }, { x: 4, y: 1 }];
    const down = up.map((p) => p && { ...p, y: 2 });
    expect(band(up, down).match(/Z/g)).toHaveLength(2);
    expect(band([{ x: 0, y: 0 }], [{ x: 0, y: 1 }])).toBe("");
  });
});
