import { describe, expect, it } from "vitest";
import * as format from "../src/format";

const DAY = 86_400_000;

describe("durations", () => {
  it("are told in the unit that fits, in each language", () => {
    const told = (ms: number) => [format.duration(ms, "ko"), format.duration(ms, "en")];
    expect(told(2.6 * DAY)).toEqual(["2.6일", "2.6 d"]);
    expect(told(2 * DAY)).toEqual(["2일", "2 d"]);
    expect(told(80_000)).toEqual(["1분 20초", "1 min 20 s"]);
    expect(told(180_000)).toEqual(["3분", "3 min"]);
    expect(told(40_000)).toEqual(["40초", "40 s"]);
    expect(told(5.5 * 3_600_000)).toEqual(["5.5시간", "5.5 h"]);
    expect(told(120)).toEqual(["120밀리초", "120 ms"]);
    expect(told(0)).toEqual(["0밀리초", "0 ms"]);
  });

  it("never say sixty seconds", () => {
    expect(format.duration(119_700, "ko")).toBe("2분");
    expect(format.duration(59_999, "ko")).not.toContain("0분");
  });

  it("as ranges share the unit of the larger", () => {
    expect(format.durationRange(2.54 * DAY, 2.66 * DAY, "ko")).toBe("2.5–2.7일");
    expect(format.durationRange(2.54 * DAY, 2.66 * DAY, "en")).toBe("2.5–2.7 d");
    expect(format.durationRange(2.591 * DAY, 2.612 * DAY, "en")).toBe("2.59–2.61 d");
  });
});

describe("shares", () => {
  it("carry a decimal only where the customers carry it", () => {
    expect(format.share(0.412, "ko", 2_000_000)).toBe("41.2%");
    expect(format.share(0.412, "ko", 120)).toBe("41%");
    expect(format.share(0.6, "en", 0)).toBe("60%");
    expect(format.share(1, "en")).toBe("100%");
    expect(format.share(0, "en")).toBe("0%");
  });

  it("that are tiny are not called zero", () => {
    expect(format.share(0.0004, "ko")).toBe("0.1% 미만");
    expect(format.share(0.0004, "en")).toBe("< 0.1%");
  });
});

describe("the rest", () => {
  it("writes counts, money, dates and sizes by locale", () => {
    expect(format.count(2_480_112, "ko")).toBe("2,480,112");
    expect(format.shortCount(2_480_112, "ko")).toBe("248만");
    expect(format.shortCount(2_480_112, "en")).toBe("2.48M");
    expect(format.money(310_000_000, "ko")).toBe("3.1억원");
    expect(format.money(48_900, "en")).toBe("₩48,900");
    expect(format.date("2026-11-21T12:00:00Z", "ko")).toBe("2026년 11월 21일");
    expect(format.date("2026-11-21T12:00:00Z", "en")).toBe("Nov 21, 2026");
    expect(format.bytes(2_057_688, "en")).toBe("2.1 MB");
  });

  it("gives feelings a true sign", () => {
    expect(format.feeling(-1.1, "ko")).toBe("−1.1");
    expect(format.feeling(0.6, "en")).toBe("+0.6");
  });
});
