// Korean particles follow the sound the word before them ends in.

const DIGIT_ENDS: Record<string, number> = { "0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0 };

/** Index of the final consonant the word ends in: 0 none, 8 ㄹ. */
export function finalConsonant(word: string): number {
  const letters = word.replace(/[^0-9A-Za-z가-힣]+$/u, "");
  const last = letters.at(-1) ?? "";
  if (/[가-힣]/.test(last)) return (last.charCodeAt(0) - 0xac00) % 28;
  if (last in DIGIT_ENDS) return DIGIT_ENDS[last]!;
  // A letter of its own, and capitals, are spoken by their names; words as 앱, 카드, 체크아웃, 이벤트, 서버.
  if (/(?:^|[^A-Za-z])[A-Za-z]$|[A-Z]$/.test(letters)) return { l: 8, r: 8, m: 16, n: 4 }[last.toLowerCase()] ?? 0;
  if (last === "l") return 8;
  return /(?:[mn]|ng|[aeiou]([bpkt])\1?|ck)$/i.test(letters) ? 4 : 0;
}

/** Adds the fitting particle of a pair such as "을/를", "이/가", "은/는", "으로/로". */
export function josa(word: string, pair: "을/를" | "이/가" | "은/는" | "과/와" | "으로/로"): string {
  const [closed, open] = pair.split("/") as [string, string];
  const end = finalConsonant(word);
  if (pair === "으로/로") return word + (end === 0 || end === 8 ? open : closed);
  return word + (end === 0 ? open : closed);
}
