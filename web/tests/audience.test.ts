import { describe, expect, it } from "vitest";
import { emptyRow, readChosen, readForm, toForm, toRules, whole, writeChosen, type Form } from "../src/pages/explore/audience/form";
import { readFilters } from "../src/pages/explore/filters";
import { askSide, readSide, writeSide, type Side } from "../src/pages/explore/compare/sides";

describe("rows of an audience", () => {
  const forms: Form[] = [
    { did: { event: "pay" } },
    { did: { event: "pay" }, at_least: 3 },
    { did: { event: "pay" }, at_least: 0, at_most: 2 },
    { did: { event: "pay", where: { channel: "app" } }, at_least: 2, at_most: 2, since: "2026-03-01", until: "2026-04-01" },
    { not: { segment: "3f2a" } },
    { any: [{ did: { where: { channel: "app" } } }, { not: { did: { event: "call" } } }, { segment: "a" }] },
  ];

  it("say the audience they were read from", () => {
    for (const form of forms) expect(toForm(toRules(form)!)).toEqual(form);
  });

  it("end with the last day that counts", () => {
    expect(toRules(forms[3]!)!.rows[0]).toMatchObject({ since: "2026-03-01", until: "2026-03-31", times: "exactly", n: 2 });
  });

  it("are no audience while they say too little", () => {
    expect(toForm({ join: "all", rows: [emptyRow(), { ...emptyRow(), column: "channel" }, { ...emptyRow(), kind: "segment" }] })).toBeNull();
    expect(whole({ ...emptyRow(), column: "channel", value: "app" })).toBe(true);
  });

  it("leave out what they cannot say", () => {
    const others: Form[] = [
      { customers: ["a"] },
      { did: { event: ["pay", "buy"] } },
      { did: { where: { amount: { greater: 10 } } } },
      { all: [{ any: [{ segment: "a" }] }] },
      { did: { event: "pay" }, at_least: 2, at_most: 5 },
      { did: { event: "pay" }, since: "2026-03-01T10:00:00+09:00" },
    ];
    for (const form of others) expect(toRules(form)).toBeNull();
  });
});

describe("audiences in the address", () => {
  it("come back as they were written", () => {
    for (const chosen of [{ segment: "3f2a" }, { audience: { did: { event: "담기, 결제" } } }]) expect(readChosen(writeChosen(chosen))).toEqual(chosen);
    const sides: Side[] = [{ segment: "a" }, { first: "2026-01-01", last: "2026-01-31" }, { audience: { customers: [] } }];
    for (const side of sides) expect(readSide(writeSide(side))).toEqual(side);
  });

  it("are left out where they are none", () => {
    for (const text of [undefined, "", "{", "[]", "3", "{}"]) expect(readForm(text)).toBeNull();
    expect(readSide("period:2026-01-01..soon")).toBeNull();
  });

  it("filter every question", () => {
    expect(readFilters({ segment: "a", audience: '{"customers":[]}' })).toEqual({ segment: "a" });
    expect(readFilters({ audience: '{"customers":[]}', channels: "app" })).toEqual({ audience: { customers: [] }, channels: ["app"] });
  });

  it("take the last day of a period whole", () => {
    expect(askSide({ first: "2026-01-01", last: "2026-01-31" })).toEqual({ first: "2026-01-01T00:00:00Z", last: "2026-02-01T00:00:00.000Z" });
  });
});
