import { expect, test } from "vitest";
import { readStages, writeLimits, writeOptional } from "./stages";

const steps = [["view"], ["cart"], ["pay"]];

test("limits and optional steps come back from the address", () => {
  const stages = readStages(steps, "-,1h,-", "3");
  expect(stages).toEqual([
    { events: ["view"], limit: "", optional: false },
    { events: ["cart"], limit: "1h", optional: false },
    { events: ["pay"], limit: "", optional: true },
  ]);
  expect([writeLimits(stages), writeOptional(stages)]).toEqual(["-,1h,-", "3"]);
});

test("the first step has neither, and a funnel without rules has a short address", () => {
  expect(readStages(steps, "1h,soon,-", "1,9").every((one) => !one.limit && !one.optional)).toBe(true);
  expect([writeLimits(readStages(steps, undefined, undefined)), writeOptional([])]).toEqual([null, null]);
});
