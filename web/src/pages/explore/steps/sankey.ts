// The geometry of a step Sankey: a column per step, a block per event, ribbons between neighbouring steps.
import type { components } from "../../../api/schema";

export type Steps = components["schemas"]["StepsView"];
export type Cell = Steps["cells"][number];

export interface Block {
  id: string;
  cell: Cell;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The part of the block, from its lower edge, whose customers go no further. */
  over: number;
}

export interface Ribbon {
  id: string;
  from: string;
  to: string;
  source: string | null;
  target: string | null;
  customers: number;
  path: string;
}

export const cellId = (step: number, event: string | null) => `${step}\u0001${event ?? "\u0000"}`;

const r = (value: number) => Math.round(value * 10) / 10;

/** Blocks keep the order of `events` in every column, so that a repeated event runs level across steps. */
export function sankey(answer: Steps, width: number, height: number, bar = 12, gap = 8): { blocks: Block[]; ribbons: Ribbon[] } {
  const order = new Map<string | null, number>(answer.events.map((event, i) => [event, i]));
  const columns = answer.steps.map((step) => answer.cells.filter((c) => c.step === step)
    .sort((a, b) => (order.get(a.event) ?? 1e9) - (order.get(b.event) ?? 1e9)));
  const most = Math.max(1, ...columns.map((cells) => cells.length));
  const scale = answer.customers > 0 ? Math.max(0.1, height - gap * (most - 1)) / answer.customers : 0;
  const across = answer.steps.length > 1 ? (width - bar) / (answer.steps.length - 1) : 0;
  const blocks: Block[] = columns.flatMap((cells, i) => {
    let y = 0;
    return cells.map((cell) => {
      const block = { id: cellId(cell.step, cell.event), cell, x: i * across, y, width: bar, height: Math.max(1, cell.customers * scale), over: cell.over * scale };
      y += block.height + gap;
      return block;
    });
  });
  const at = new Map(blocks.map((block) => [block.id, block]));
  const next = new Map(answer.steps.slice(0, -1).map((step, i) => [step, answer.steps[i + 1]!]));
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const links = answer.links.map((link) => ({ link, from: at.get(cellId(link.step, link.source)), to: at.get(cellId(next.get(link.step) ?? 0, link.target)) }))
    .filter((one): one is { link: typeof one.link; from: Block; to: Block } => Boolean(one.from && one.to))
    .sort((a, b) => a.from.x - b.from.x || a.from.y - b.from.y || a.to.y - b.to.y);
  const arrivals = new Map<string, number>();
  for (const one of [...links].sort((a, b) => a.to.x - b.to.x || a.to.y - b.to.y || a.from.y - b.from.y)) {
    const key = `${one.from.id}\u0002${one.to.id}`;
    const done = right.get(one.to.id) ?? 0;
    arrivals.set(key, done);
    right.set(one.to.id, done + one.link.customers * scale);
  }
  const ribbons = links.map(({ link, from, to }) => {
    const thick = link.customers * scale;
    const begun = left.get(from.id) ?? 0;
    left.set(from.id, begun + thick);
    const id = `${from.id}\u0002${to.id}`;
    const y0 = from.y + begun;
    const y1 = to.y + (arrivals.get(id) ?? 0);
    const x0 = from.x + from.width;
    const middle = (x0 + to.x) / 2;
    const path = `M${r(x0)},${r(y0)}C${r(middle)},${r(y0)} ${r(middle)},${r(y1)} ${r(to.x)},${r(y1)}`
      + `L${r(to.x)},${r(y1 + thick)}C${r(middle)},${r(y1 + thick)} ${r(middle)},${r(y0 + thick)} ${r(x0)},${r(y0 + thick)}Z`;
    return { id, from: from.id, to: to.id, source: link.source, target: link.target, customers: link.customers, path };
  });
  return { blocks, ribbons };
}
