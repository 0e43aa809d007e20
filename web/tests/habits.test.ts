import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.name === "paraglide" ? [] : entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]);
}

const theme = readFileSync("src/theme.css", "utf8");
const [light, dark] = theme.split("@media print")[0]!.split('[data-theme="dark"]').map((part) => Object.fromEntries([...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((found) => [found[1]!, found[2]!])));

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([["light", light!], ["dark", dark!]])("the %s theme", (_name, tokens) => {
  it.each([
    ["ink", "bg"], ["ink", "card"], ["mute", "bg"], ["mute", "card"], ["mute", "sunken"], ["accent", "card"], ["accent", "bg"], ["accent", "accent-wash"], ["on-accent", "accent"],
    ["ok", "ok-wash"], ["no", "no-wash"], ["un", "un-wash"], ["ok", "card"], ["no", "card"], ["un", "card"], ["no", "bg"], ["ink", "ok-wash"], ["ink", "no-wash"], ["ink", "un-wash"], ["card", "no"],
  ])("writes %s on %s with contrast of at least 4.5", (text, ground) => {
    expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["pos", "neg", "mid", "believed", "line-strong"])("draws %s with contrast of at least 3", (token) => {
    expect(contrast(tokens[token]!, tokens.bg!)).toBeGreaterThanOrEqual(3);
    expect(contrast(tokens[token]!, tokens.card!)).toBeGreaterThanOrEqual(3);
  });
});

describe("sources", () => {
  const all = ["src", "dev", "tests"].flatMap(files).filter((file) => /\.(ts|svelte)$/.test(file) && !file.endsWith("schema.d.ts"));

  it("stay within 300 lines a file", () => {
    expect(all.filter((file) => readFileSync(file, "utf8").split("\n").length > 300)).toEqual([]);
  });

  it("name colours only in theme.css", () => {
    const named = files("src").filter((file) => /\.(css|svelte)$/.test(file) && !file.endsWith("theme.css"));
    const strays = named.filter((file) => /#[0-9a-f]{6}\b|rgb\(/i.test(readFileSync(file, "utf8")));
    expect(strays).toEqual([]);
  });

  it("write no style attribute that a strict policy would refuse", () => {
    const strays = files("src").filter((file) => file.endsWith(".svelte") && /<[a-z][^>]*\sstyle="/.test(readFileSync(file, "utf8").split("<style>")[0]!));
    expect(strays).toEqual([]);
  });

  it("call nobody but their own server", () => {
    const strays = all.filter((file) => file.startsWith("src") && /https?:\/\/(?!here|www\.w3\.org)/.test(readFileSync(file, "utf8")));
    expect(strays).toEqual([]);
  });
});
