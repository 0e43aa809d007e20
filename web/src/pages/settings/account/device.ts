const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"], [/SamsungBrowser\//, "Samsung Internet"], [/Whale\//, "Whale"], [/OPR\/|Opera/, "Opera"],
  [/KAKAOTALK/i, "KakaoTalk"], [/Firefox\/|FxiOS\//, "Firefox"], [/Chrome\/|CriOS\//, "Chrome"], [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad|iPod/, "iOS"], [/Android/, "Android"], [/CrOS/, "ChromeOS"], [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/Linux/, "Linux"],
];

const first = (agent: string, table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(agent))?.[1] ?? "";

/** What a browser says of itself, in words that people know; their makers' own names, in every language. */
export function device(agent: string): { browser: string; system: string } {
  return { browser: first(agent, BROWSERS), system: first(agent, SYSTEMS) };
}
