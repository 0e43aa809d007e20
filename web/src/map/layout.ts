import type { MapStage } from "../api/types";

/** The lanes in the order they are drawn; the line of visibility runs above `backstage`. */
export const LANES = [
  "actions", "thoughts", "feelings", "expectations", "needs", "pains", "opportunities", "frontstage", "backstage", "systems", "metrics",
] as const;
const BEHIND = new Set(["backstage", "systems", "metrics"]);

export interface Lane {
  id: string;
  /** First lane behind the line of visibility. */
  divides: boolean;
  behind: boolean;
}

/** Lanes that hold at least one card, the known ones first, then the team's own. */
export function lanesOf(stages: MapStage[]): Lane[] {
  const used = new Set(stages.flatMap((stage) => Object.entries(stage.cards).filter(([, cards]) => cards.length > 0).map(([lane]) => lane)));
  const ids = [...LANES.filter((lane) => used.has(lane)), ...[...used].filter((lane) => !(LANES as readonly string[]).includes(lane)).sort()];
  const first = ids.find((id) => BEHIND.has(id));
  return ids.map((id) => ({ id, divides: id === first, behind: BEHIND.has(id) }));
}

export interface PhaseSpan {
  phase: string | null;
  from: number;
  count: number;
}

/** Runs of neighbouring stages of one phase. */
export function phasesOf(stages: { phase: string | null }[]): PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  for (const [i, { phase }] of stages.entries()) {
    const last = spans.at(-1);
    if (last && last.phase === phase) last.count += 1;
    else spans.push({ phase, from: i, count: 1 });
  }
  return spans;
}

/** Stages share the room there is, within what reads well. */
export function stageWidth(room: number, stages: number): number {
  return Math.max(148, Math.min(236, Math.floor(room / Math.max(1, stages))));
}

export interface ChipPlace {
  stage: number;
  chip: number;
}

/** Where an arrow leads from one chip; `sizes` holds the number of chips of each stage. Null when nothing lies there. */
export function nextChip(sizes: number[], at: ChipPlace, key: string): ChipPlace | null {
  if (key === "ArrowUp" || key === "ArrowDown") {
    const chip = at.chip + (key === "ArrowDown" ? 1 : -1);
    return chip >= 0 && chip < (sizes[at.stage] ?? 0) ? { stage: at.stage, chip } : null;
  }
  const filled = sizes.flatMap((size, i) => (size > 0 ? [i] : []));
  const to = key === "Home" ? filled[0]
    : key === "End" ? filled.at(-1)
    : key === "ArrowRight" ? filled.find((i) => i > at.stage)
    : key === "ArrowLeft" ? filled.findLast((i) => i < at.stage)
    : undefined;
  return to === undefined ? null : { stage: to, chip: Math.min(at.chip, sizes[to]! - 1) };
}

/** Event names that a touchpoint's matcher text speaks of, among those the log has. */
export function namesIn(matchText: string, names: string[]): string[] {
  const words = new Set(matchText.split(/[[\]{},:'"()|]|\s{2,}|\n/).map((word) => word.trim()));
  return names.filter((name) => words.has(name));
}

/** The line of a map's text where a stage begins, counted from 1. */
export function stageLine(text: string, id: string): number {
  const at = text.split("\n").findIndex((line) => /^\s*-\s*id:\s*(.+?)\s*$/.exec(line)?.[1]?.replace(/^(["'])(.*)\1$/, "$2") === id);
  return at + 1 || 1;
}
