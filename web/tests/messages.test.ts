import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

type Message = string | { match: Record<string, string> }[];
const within = (folder: string, locale: string) => readdirSync(folder).filter((file) => file.endsWith(`.${locale}.json`)).map((file) => `${folder}/${file}`);
const folders = ["messages/access", "messages/data", "messages/privacy", "messages/questions"];
const files = (locale: string) => [`messages/${locale}.json`, ...folders.flatMap((folder) => within(folder, locale))];
const read = (locale: string): Record<string, Message> => {
  const { $schema: _, ...messages } = Object.assign({}, ...files(locale).map((file) => JSON.parse(readFileSync(file, "utf8"))));
  return messages;
};
const ko = read("ko");
const en = read("en");
const texts = (message: Message) => (typeof message === "string" ? [message] : message.flatMap((m) => Object.values(m.match)));

// Names of things that Korean texts write in Latin letters too.
const PROPER = new Set([
  "p", "CSV", "Parquet", "JSON", "Lines", "Arrow", "XES", "OCEL", "YAML", "NPS", "CSAT", "CES", "ZMOT", "FMOT", "SMOT", "Ctrl", "S", "giljabi", "import",
  "SDK", "API", "HTTP", "URL", "SQL", "NATS", "MQTT", "IMAP", "RSS", "Atom", "S3", "XLSX", "Giljabi", "IP", "webhook", "user_id", "anonymous_id", "curl", "Python",
]);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.name === "paraglide" ? [] : entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)]);
}

describe("messages", () => {
  it("stand in one file each, which the pages are told of", () => {
    const patterns: string[] = JSON.parse(readFileSync("project.inlang/settings.json", "utf8"))["plugin.inlang.messageFormat"].pathPattern;
    expect(files("ko").filter((file) => !patterns.includes("./" + file.replace(/(^|[/.])ko\.json$/, "$1{locale}.json")))).toEqual([]);
    const keys = files("ko").flatMap((file) => Object.keys(JSON.parse(readFileSync(file, "utf8")))).filter((key) => key !== "$schema");
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it("have the same keys in both languages", () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  });

  it("take the same inputs in both languages", () => {
    const inputs = (message: Message) => new Set(texts(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1])));
    // Korean says "by channel" as one word with its particle.
    const free = new Set(["says_share_least", "says_share_most"]);
    for (const key of Object.keys(ko)) if (!free.has(key)) expect([key, inputs(ko[key]!)]).toEqual([key, inputs(en[key]!)]);
  });

  it("are all in Korean in the Korean file", () => {
    for (const [key, message] of Object.entries(ko)) {
      const words = texts(message).flatMap((text) => text.replace(/\{\w+\}/g, "").match(/[A-Za-z]+/g) ?? []);
      expect([key, words.filter((word) => !PROPER.has(word))]).toEqual([key, []]);
    }
  });

  it("are polite without being stiff: no -습니다 or bare commands", () => {
    for (const [key, message] of Object.entries(ko)) for (const text of texts(message)) expect([key, /니다|하십시오|하시오|하라/.test(text)]).toEqual([key, false]);
  });

  it("hold no Hangul in the English file", () => {
    for (const [key, message] of Object.entries(en)) expect([key, texts(message).join(" ").match(/[가-힣]/)]).toEqual([key, null]);
  });

  it("are all used, and every used one is there", () => {
    const used = new Set(sources("src").filter((file) => /\.(ts|svelte)$/.test(file)).flatMap((file) => [...readFileSync(file, "utf8").matchAll(/\bm\.([a-z][a-z0-9_]*)/g)].map((found) => found[1]!)));
    expect(Object.keys(ko).filter((key) => !used.has(key))).toEqual([]);
    expect([...used].filter((key) => !(key in ko))).toEqual([]);
  });
});
