// Where tokens are at a moment: along the drawn path of the edge they are on.
import type { components } from "../../../api/schema";
import { edgeId, type Drawing } from "../graph";

export type Animation = components["schemas"]["AnimationView"];
type Move = [edge: number, start: number, end: number];

export interface Spot {
  x: number;
  y: number;
}

const POINTS = 32;

/** Points along each drawn edge of an animation, at equal distances; null where the edge is not drawn. */
export function trace(drawing: Drawing, animation: Animation, measure: (path: string, points: number) => Spot[]): (Spot[] | null)[] {
  const paths = new Map(drawing.lines.map((line) => [line.id, line.path]));
  return animation.flows.map((flow) => {
    const path = flow.source === null || flow.target === null ? undefined : paths.get(edgeId({ source: flow.source, target: flow.target }));
    return path ? measure(path, POINTS) : null;
  });
}

/** The move that a moment falls into: the last one begun, if it is not over. */
export function moveAt(moves: Move[], moment: number): Move | null {
  let low = 0;
  let high = moves.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moves[middle]![1] <= moment) low = middle + 1;
    else high = middle;
  }
  const move = moves[low - 1];
  return move && moment < move[2] ? move : null;
}

export function spots(animation: Animation, traces: (Spot[] | null)[], moment: number): Spot[] {
  const found: Spot[] = [];
  for (const token of animation.tokens) {
    const move = moveAt(token.moves as Move[], moment);
    const points = move && traces[move[0]];
    if (!move || !points || points.length < 2) continue;
    const along = ((moment - move[1]) / (move[2] - move[1])) * (points.length - 1);
    const before = points[Math.floor(along)]!;
    const after = points[Math.min(points.length - 1, Math.floor(along) + 1)]!;
    const part = along - Math.floor(along);
    found.push({ x: before.x + (after.x - before.x) * part, y: before.y + (after.y - before.y) * part });
  }
  return found;
}

/** Customers on the move at a frame: all of them, and those on ways that are drawn. */
export function moving(animation: Animation, frame: number): { all: number; drawn: number } {
  let all = 0;
  let drawn = 0;
  for (const flow of animation.flows) {
    all += flow.customers[frame] ?? 0;
    if (flow.source !== null) drawn += flow.customers[frame] ?? 0;
  }
  return { all, drawn };
}
