import { expect, it } from "vitest";
import { initials, rank, ranked } from "../src/frame/rank";
import { fileName, toCsv } from "../src/ui/download";
import { readProblem } from "../src/api/problem";
import { missingRoles } from "../src/pages/data/words";

it("the palette finds Hangul by first consonants", () => {
  expect(initials("지도 Map")).toBe("ㅈㄷ Map");
  expect(rank("여정 그래프", "ㄱㄹㅍ")).toBeGreaterThan(0);
  expect(ranked(["데이터", "지도", "새 지도 쓰기"], "지도", (x) => x)).toEqual(["지도", "새 지도 쓰기"]);
  expect(rank("퍼널", "지도")).toBe(0);
});

it("CSV quotes what needs it and disarms formulas", () => {
  expect(toCsv([["a,b", 'say "x"', 3], ["=1+1", null, -2]])).toBe('\ufeff"a,b","say ""x""",3\r\n\'=1+1,,-2\r\n');
});

it("titles become file names", () => {
  expect(fileName("온라인 쇼핑몰: 첫/구매?", "csv")).toBe("온라인-쇼핑몰-첫-구매.csv");
  expect(fileName("???", "csv")).toBe("giljabi.csv");
});

it("problems are read from any answer", () => {
  const problem = readProblem(422, JSON.stringify({ detail: "2 mistakes", mistakes: [{ line: 3, column: 1, message: "x" }] }));
  expect([problem.status, problem.message, problem.mistakes[0]!.line]).toEqual([422, "2 mistakes", 3]);
  expect(readProblem(502, "<html>").message).toBe("HTTP 502");
});

it("an import waits for the columns it needs", () => {
  expect(missingRoles("events", { customer: "c", time: "t" })).toEqual(["event"]);
  expect(missingRoles("feedback", { customer: "c", time: "t", kind: "k" })).toEqual([]);
});
