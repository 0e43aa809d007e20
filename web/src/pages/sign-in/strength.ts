export type Strength = { word: "none" | "short" | "own" | "plain" | "good" | "strong"; missing: number };

export const LEAST = 12;

/** Looks for `part` however it is written. */
function holds(text: string, part: string): boolean {
  const plain = (one: string) => one.normalize("NFKC").toLowerCase().replace(/[\s._\-]/g, "");
  return plain(part).length >= 3 && plain(text).includes(plain(part));
}

/** Letters that neither repeat the one before nor follow on it, as `aaa`, `123` and `cba` do. */
function surprising(letters: string[]): number {
  let count = 0;
  for (const [i, letter] of letters.entries()) {
    const step = i === 0 ? 2 : letter.codePointAt(0)! - letters[i - 1]!.codePointAt(0)!;
    if (Math.abs(step) > 1) count += 1;
  }
  return count;
}

/** A hint while one types; the server decides. Length counts, not the kinds of characters. */
export function strength(password: string, own: string[]): Strength {
  const letters = [...password.normalize("NFKC")];
  if (letters.length === 0) return { word: "none", missing: LEAST };
  if (letters.length < LEAST) return { word: "short", missing: LEAST - letters.length };
  if ([...own, "giljabi", "길잡이"].some((part) => holds(password, part))) return { word: "own", missing: 0 };
  if (new Set(letters).size < 6 || surprising(letters) < LEAST / 2) return { word: "plain", missing: 0 };
  return { word: letters.length < 16 ? "good" : "strong", missing: 0 };
}
