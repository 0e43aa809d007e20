import type { Graph, GraphEdge } from "../../api/types";

export const START = "\u0000start";
export const END = "\u0000end";

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  id: string;
  source: string;
  target: string;
  path: string;
  label: { x: number; y: number; width: number } | null;
}

export interface Drawing {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

export const edgeId = (edge: Pick<GraphEdge, "source" | "target">) => `${edge.source}\u0001${edge.target}`;

/** Stroke widths grow with the root of the count, so that rare ways stay visible beside frequent ones. */
export function strokeWidth(count: number, most: number): number {
  return most > 0 ? 1.2 + 6.8 * Math.sqrt(count / most) : 1.2;
}

/** How slow an edge is among its peers, 0..1, by rank: one stray duration does not dim all others. */
export function slowness(edges: GraphEdge[]): Map<string, number> {
  const timed = edges.filter((edge) => edge.median_ms !== null).sort((a, b) => a.median_ms! - b.median_ms!);
  return new Map(timed.map((edge, i) => [edgeId(edge), timed.length > 1 ? i / (timed.length - 1) : 0]));
}

/** Events with the most starts (or ends) that together hold `share` of all. */
export function mainOnes(nodes: { event: string; value: number }[], share = 0.9): { event: string; value: number }[] {
  const sorted = nodes.filter((node) => node.value > 0).sort((a, b) => b.value - a.value);
  const all = sorted.reduce((sum, node) => sum + node.value, 0);
  let sum = 0;
  return sorted.filter((node) => {
    const take = sum < share * all;
    sum += node.value;
    return take;
  });
}

interface ElkChild { id: string; width: number; height: number; layoutOptions?: Record<string, string> }
interface ElkLink { id: string; sources: string[]; targets: string[]; labels?: { text: string; width: number; height: number }[]; layoutOptions?: Record<string, string> }
export interface ElkGraph { id: string; layoutOptions: Record<string, string>; children: ElkChild[]; edges: ElkLink[] }

/** What the layered layout is given: boxes as wide as their words, the frequent ways forward and straight. */
export function toElk(graph: Graph, words: { name: (event: string) => number; label: (edge: GraphEdge) => number }, down: boolean): ElkGraph {
  const most = Math.max(1, ...graph.edges.map((edge) => edge.count));
  const starts = mainOnes(graph.nodes.map((n) => ({ event: n.event, value: n.starts })));
  const ends = mainOnes(graph.nodes.map((n) => ({ event: n.event, value: n.ends })));
  return {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": down ? "DOWN" : "RIGHT",
      "elk.edgeRouting": "SPLINES",
      "elk.layered.spacing.nodeNodeBetweenLayers": down ? "24" : "16",
      "elk.layered.spacing.edgeNodeBetweenLayers": "8",
      "elk.separateConnectedComponents": "false",
      "elk.spacing.nodeNode": down ? "30" : "24",
      "elk.spacing.edgeNode": "16",
      "elk.spacing.edgeEdge": "12",
      "elk.spacing.edgeLabel": "3",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.cycleBreaking.strategy": "GREEDY",
      "elk.edgeLabels.inline": "true",
      "elk.padding": "[top=12,left=12,bottom=12,right=12]",
    },
    children: [
      { id: START, width: 20, height: 20, layoutOptions: { "elk.layered.layering.layerConstraint": "FIRST" } },
      ...graph.nodes.map((node) => ({ id: node.event, width: Math.max(84, words.name(node.event) + 28), height: 46 })),
      { id: END, width: 20, height: 20, layoutOptions: { "elk.layered.layering.layerConstraint": "LAST" } },
    ],
    edges: [
      ...starts.map(({ event }) => ({ id: edgeId({ source: START, target: event }), sources: [START], targets: [event] })),
      ...graph.edges.map((edge) => ({
        id: edgeId(edge),
        sources: [edge.source],
        targets: [edge.target],
        labels: [{ text: edgeId(edge), width: words.label(edge) + 6, height: 15 }],
        layoutOptions: {
          "elk.layered.priority.direction": String(Math.round((edge.count / most) * 100)),
          "elk.layered.priority.straightness": String(Math.round((edge.count / most) * 10)),
        },
      })),
      ...ends.map(({ event }) => ({ id: edgeId({ source: event, target: END }), sources: [event], targets: [END] })),
    ],
  };
}

interface ElkPoint { x: number; y: number }
export interface ElkResult {
  width?: number;
  height?: number;
  children?: { id: string; x?: number; y?: number; width?: number; height?: number }[];
  edges?: { id: string; sources: string[]; targets: string[]; sections?: { startPoint: ElkPoint; endPoint: ElkPoint; bendPoints?: ElkPoint[] }[]; labels?: { x?: number; y?: number; width?: number }[] }[];
}

export function fromElk(result: ElkResult): Drawing {
  return {
    width: result.width ?? 0,
    height: result.height ?? 0,
    boxes: (result.children ?? []).map((c) => ({ id: c.id, x: c.x ?? 0, y: c.y ?? 0, width: c.width ?? 0, height: c.height ?? 0 })),
    lines: (result.edges ?? []).map((edge) => {
      const label = edge.labels?.[0];
      return {
        id: edge.id,
        source: edge.sources[0]!,
        target: edge.targets[0]!,
        path: (edge.sections ?? []).map((s) => splinePath(s.startPoint, s.bendPoints ?? [], s.endPoint)).join(""),
        label: label?.x === undefined || label.y === undefined ? null : { x: label.x, y: label.y, width: label.width ?? 0 },
      };
    }),
  };
}

/** The layout's bend points are the controls of cubic curves; two or one left over make a simpler curve. */
export function splinePath(start: ElkPoint, bends: ElkPoint[], end: ElkPoint): string {
  const points = [...bends, end];
  const at = (p: ElkPoint) => `${Math.round(p.x * 10) / 10},${Math.round(p.y * 10) / 10}`;
  let path = `M${at(start)}`;
  let i = 0;
  for (; i + 2 < points.length; i += 3) path += `C${at(points[i]!)} ${at(points[i + 1]!)} ${at(points[i + 2]!)}`;
  const left = points.slice(i);
  if (left.length === 2) path += `Q${at(left[0]!)} ${at(left[1]!)}`;
  if (left.length === 1) path += `L${at(left[0]!)}`;
  return path;
}

/** The nearest box in the direction of an arrow key. */
export function nearestBox(boxes: Box[], from: string, key: string): string | null {
  const here = boxes.find((box) => box.id === from);
  if (!here) return null;
  const middle = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const a = middle(here);
  let best: { id: string; far: number } | null = null;
  for (const box of boxes) {
    if (box.id === from) continue;
    const b = middle(box);
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const [along, beside] = key === "ArrowRight" ? [dx, dy] : key === "ArrowLeft" ? [-dx, dy] : key === "ArrowDown" ? [dy, dx] : key === "ArrowUp" ? [-dy, dx] : [0, 0];
    if (along <= 1) continue;
    const far = along + 2 * Math.abs(beside);
    if (!best || far < best.far) best = { id: box.id, far };
  }
  return best?.id ?? null;
}
