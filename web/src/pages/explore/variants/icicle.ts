// The geometry of a prefix tree drawn as an icicle: a column per step, children right of their parent.
import type { components } from "../../../api/schema";

export type PrefixTree = components["schemas"]["PrefixTreeView"];
export type Prefix = PrefixTree["prefixes"][number];

export interface Piece {
  /** The place of the prefix in the tree. */
  id: string;
  place: number;
  prefix: Prefix;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Lays out the prefixes that are at least `least` high; the rest would be lines that nobody can point at. */
export function icicle(tree: PrefixTree, column: number, height: number, least = 2): Piece[] {
  const pieces: Piece[] = [];
  const free: number[] = [];
  tree.prefixes.forEach((prefix, place) => {
    const high = prefix.share * height;
    const y = free[prefix.step] ?? 0;
    free[prefix.step] = y + high;
    free[prefix.step + 1] = y;
    if (high >= least) pieces.push({ id: String(place), place, prefix, x: (prefix.step - 1) * column, y, width: column, height: high });
  });
  return pieces;
}

/** The prefixes from the first event to this one. */
export function pathTo(tree: PrefixTree, place: number): Prefix[] {
  const path: Prefix[] = [];
  for (let at: number | null = place; at !== null; at = tree.prefixes[at]?.parent ?? null) {
    const prefix = tree.prefixes[at];
    if (!prefix) break;
    path.unshift(prefix);
  }
  return path;
}
