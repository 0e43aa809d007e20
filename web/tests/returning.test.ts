import { describe, expect, it } from "vitest";
import { firstPeriod, greatest, knownPeriods, type Cell } from "../src/pages/explore/retention/view";
import { labelStep, periodText, severalYears, zones, zoneText } from "../src/pages/explore/returning/periods";

const cell = (period: number, share: number | null): Cell => ({ period, customers: 10, count: share === null ? null : share * 10, share, low: share, high: share });

describe("periods", () => {
  it("are named without a year where they lie in one, months always with it", () => {
    expect(periodText("2026-03-02", "week", "ko", false)).toBe("3월 2일");
    expect(periodText("2026-03-02", "day", "en", true)).toBe("Mar 2, 2026");
    expect(periodText("2026-03-01", "month", "ko", false)).toBe("2026년 3월");
    expect(severalYears(["2025-12-29", "2026-01-05"])).toBe(true);
    expect(severalYears(["2026-01-05"])).toBe(false);
  });

  it("name the days they are given, whatever zone the browser is in", () => {
    expect(periodText("2026-01-01", "day", "en", true)).toBe("Jan 1, 2026");
  });

  it("leave out labels that would not fit", () => {
    expect(labelStep(31, 10)).toBe(4);
    expect(labelStep(5, 10)).toBe(1);
    expect(labelStep(5, 0)).toBe(5);
  });
});

describe("time zones", () => {
  it("are offered once each, the browser's own first", () => {
    expect(zones("Asia/Seoul", "Europe/Paris")).toEqual(["Asia/Seoul", "UTC", "Europe/Paris"]);
  });

  it("are told in words, or as they are where they are unknown", () => {
    expect(zoneText("Asia/Seoul", "en")).toContain("(Asia/Seoul)");
    expect(zoneText("Mars/Base", "en")).toBe("Mars/Base");
  });
});

describe("retention", () => {
  const overall = [cell(0, 1), cell(1, 0.4), cell(2, null)];

  it("leaves out the cohort's own period where everyone is back in it", () => {
    expect(firstPeriod([], overall)).toBe(1);
    expect(firstPeriod([{ cohort: "2026-03-02", customers: 10, periods: [cell(0, 0.2)] }], overall)).toBe(0);
  });

  it("scales by the greatest share that is drawn", () => {
    expect(greatest([overall], 1)).toBe(0.4);
    expect(greatest([[cell(1, null)]], 1)).toBeGreaterThan(0);
  });

  it("counts the periods that are over", () => {
    expect(knownPeriods(overall)).toBe(2);
  });
});
