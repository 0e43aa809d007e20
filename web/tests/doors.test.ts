import { describe, expect, it } from "vitest";
import { device } from "../src/pages/settings/account/device";
import { safeNext, signInHref } from "../src/pages/sign-in/next";
import { strength } from "../src/pages/sign-in/strength";

const here = "https://giljabi.example";

describe("where to go after signing in", () => {
  it.each(["/maps/a1", "/explore/funnel?steps=a,b&by=channel", "/settings/people"])("keeps %s", (next) => {
    expect(safeNext(next, here)).toBe(next);
  });

  it.each([
    undefined, "", "maps", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n//evil.example",
    "javascript:alert(1)", "/api/v1/maps", "/sign-in", "/sign-in?next=/sign-in", "/reset", "/x/..//evil.example/\\",
  ])("sends %j to the maps", (next) => {
    expect(safeNext(next, here)).toBe("/maps");
  });

  it("never leaves our own pages", () => {
    for (const next of ["/..//evil.example", "/./maps", "/%2F/evil.example", "/maps#//evil.example"]) {
      expect(new URL(safeNext(next, here), here).origin).toBe(here);
      expect(safeNext(next, here)).not.toMatch(/^\/\//);
    }
  });

  it("leaves short what is the beginning anyway", () => {
    expect(signInHref("/maps")).toBe("/sign-in");
    expect(signInHref("/maps/a?claim=b.1")).toBe("/sign-in?next=%2Fmaps%2Fa%3Fclaim%3Db.1");
  });
});

describe("the hint for a password", () => {
  it.each([
    ["", "none", 12], ["짧은 비밀", "short", 7], ["abcdefghijkl", "plain", 0], ["aaaaaaaaaaaaaaaa", "plain", 0], ["mingi-and-company", "own", 0], ["MinGi and company", "own", 0],
    ["giljabi is good", "own", 0], ["green 7 boat", "good", 0], ["파란 코끼리 셋이 걷는다", "good", 0], ["a tall tree by the river", "strong", 0],
  ])("says of %j: %s", (password, word, missing) => {
    expect(strength(password, ["Mingi", "mk"])).toEqual({ word, missing });
  });

  it("counts letters, not bytes", () => {
    expect(strength("🦊🐢🐬🦉🐝🦋🐙🦀🐌🦎🐘", []).missing).toBe(1);
  });
});

describe("a device", () => {
  it.each([
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge", "Windows"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari", "macOS"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile Safari/604.1", "Chrome", "iOS"],
    ["Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", "Samsung Internet", "Android"],
    ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Whale/4.28 Safari/537.36", "Whale", "Windows"],
    ["curl/8.9.1", "", ""],
  ])("is read from %j", (agent, browser, system) => {
    expect(device(agent)).toEqual({ browser, system });
  });
});
