const INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/** First consonants of each Hangul syllable, so that "ㅈㄷ" finds "지도". */
export function initials(text: string): string {
  return [...text].map((letter) => {
    const code = letter.charCodeAt(0) - 0xac00;
    return code >= 0 && code < 11_172 ? INITIALS[Math.floor(code / 588)] : letter;
  }).join("");
}

/** How well `text` answers `query`: 0 not at all, higher is better. */
export function rank(text: string, query: string): number {
  const have = text.toLowerCase().normalize("NFC");
  const want = query.trim().toLowerCase().normalize("NFC");
  if (!want) return 1;
  if (have.startsWith(want)) return 4;
  if (have.includes(want)) return 3;
  if (/^[ㄱ-ㅎ\s]+$/.test(want) && initials(have).includes(want)) return 2;
  return want.split(/\s+/).every((word) => have.includes(word)) ? 1 : 0;
}

/** The items that answer `query`, best first, ties in their own order. */
export function ranked<Item>(items: Item[], query: string, text: (item: Item) => string): Item[] {
  return items
    .map((item, i) => ({ item, i, score: rank(text(item), query) }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .map((entry) => entry.item);
}
