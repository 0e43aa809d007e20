import { foldRepeats } from "../../../ui/journey";

export interface Chip {
  text: string;
  event: string | null;
  x: number;
  line: number;
  width: number;
}

const SPACE = 20;
const PAD = 16;

/** About how wide a text of 12 px is: Hangul and its like are as wide as they are high. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.codePointAt(0)! > 0x2e7f ? 11.5 : /[A-Z0-9mwMW_]/.test(letter) ? 7.6 : 6.2;
  return width;
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Sets the events of a journey as chips in lines of `room` px; what needs more than `lines` is counted by the last chip. */
export function setChips(events: string[], room: number, lines: number, more: (n: number) => string): Chip[] {
  const chips: Chip[] = [];
  let x = 0;
  let line = 0;
  const steps = foldRepeats(events);
  const rest = (at: number) => steps.slice(at).reduce((sum, step) => sum + step.times, 0);
  for (const [i, step] of steps.entries()) {
    const text = cut(step.event, 24) + (step.times > 1 ? ` ×${step.times}` : "");
    const width = Math.min(room, textWidth(text) + PAD);
    if (x > 0 && x + width > room) {
      x = 0;
      line += 1;
    }
    const tail = textWidth(more(rest(i))) + PAD;
    const full = line === lines - 1 && i < steps.length - 1 && x + width + SPACE + tail > room;
    if (line >= lines || full) {
      if (line >= lines) {
        const last = chips.pop()!;
        x = last.x;
        line = last.line;
        return [...chips, { text: more(rest(i - 1)), event: null, x, line, width: textWidth(more(rest(i - 1))) + PAD }];
      }
      return [...chips, { text: more(rest(i)), event: null, x, line, width: tail }];
    }
    chips.push({ text, event: step.event, x, line, width });
    x += width + SPACE;
  }
  return chips;
}
