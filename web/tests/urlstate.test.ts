import { describe, expect, it } from "vitest";
import { matchPath, readChoice, readList, readNumber, readPlace, readSteps, writeList, writePlace, writeSteps } from "../src/urlstate";

describe("addresses", () => {
  it("come back as they were written", () => {
    const steps = [["방문"], ["결제 완료", "a,b|c~d"], ["x&y=z"]];
    const place = readPlace(writePlace("/explore/funnel", { steps: writeSteps(steps), by: "channel" }));
    expect(place.path).toBe("/explore/funnel");
    expect(readSteps(place.query.steps)).toEqual(steps);
    expect(place.query.by).toBe("channel");
  });

  it("leave out what is empty", () => {
    expect(writePlace("/maps", { a: "", b: null, c: undefined })).toBe("/maps");
  });

  it("forgive a slash at the end", () => {
    expect(readPlace("/maps/").path).toBe("/maps");
    expect(readPlace("/").path).toBe("/");
  });

  it("keep lists of odd names apart", () => {
    const names = ["a,b", "c|d", "~2c", ""];
    expect(readList(writeList(names))).toEqual(names);
    expect(readList(undefined)).toEqual([]);
  });
});

it("numbers and choices fall back when an address holds nonsense", () => {
  expect(readNumber("250", 10, 100, 90)).toBe(100);
  expect(readNumber("many", 10, 100, 90)).toBe(90);
  expect(readNumber(undefined, 10, 100, 90)).toBe(90);
  expect(readChoice("sideways", ["ordered", "strict"], "ordered")).toBe("ordered");
});

it("paths give the parts their pattern names", () => {
  expect(matchPath("/maps/:id", "/maps/%EA%B0%80")).toEqual({ id: "가" });
  expect(matchPath("/maps/:id", "/maps")).toBeNull();
  expect(matchPath("/maps", "/data")).toBeNull();
});
