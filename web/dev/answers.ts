import type { Filters, Funnel, FunnelStep, Graph, LogSummary, Variants } from "../src/api/types";
import { FIRST, journeys, LAST, WEIGHT, type Happening } from "./journeys.ts";

const iso = (time: number) => new Date(time).toISOString();
const quantile = (sorted: number[], q: number) => (sorted.length ? Math.round(sorted[Math.floor(q * (sorted.length - 1))]!) : null);

function kept(filters: Filters = {}): Happening[][] {
  const first = filters.first ? Date.parse(filters.first) : -Infinity;
  const last = filters.last ? Date.parse(filters.last) : Infinity;
  return journeys
    .map((steps) =>
      steps.filter((s) => (!filters.channels?.length || filters.channels.includes(s.channel)) && s.at >= first && s.at <= last))
    .filter((steps) => steps.length > 0);
}

function tally<Key>(keys: Iterable<Key>): [Key, number][] {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

export function logSummary(): LogSummary {
  const all = journeys.flat();
  const customers = new Map(tally(journeys.flatMap((steps) => [...new Set(steps.map((s) => s.event))])));
  return {
    customers: journeys.length * WEIGHT,
    events: all.length * WEIGHT,
    first: iso(FIRST),
    last: iso(LAST),
    names: tally(all.map((s) => s.event)).map(([event, count]) => ({ event, count: count * WEIGHT, customers: customers.get(event)! * WEIGHT })),
    channels: tally(all.map((s) => s.channel)).map(([channel, count]) => ({ channel, count: count * WEIGHT })),
    columns: [
      { name: "campaign", kind: "code", values: ["가을 세일", "첫 구매 쿠폰", "브랜드 광고"] },
      { name: "amount", kind: "float64", values: [] },
      { name: "member_grade", kind: "code", values: ["일반", "실버", "골드"] },
    ],
    feedback: { count: 48_213, kinds: { nps: 12_004, csat: 21_530, ces: 9_377, text: 5_302 } },
    built_at: "2026-11-21T14:52:08Z",
  };
}

export function graph(question: { coverage?: number; filters?: Filters }): Graph {
  const some = kept(question.filters);
  const waits = new Map<string, number[]>();
  const who = new Map<string, Set<number>>();
  some.forEach((steps, customer) => {
    for (let i = 1; i < steps.length; i++) {
      const key = `${steps[i - 1]!.event}\t${steps[i]!.event}`;
      if (!waits.has(key)) waits.set(key, []), who.set(key, new Set());
      waits.get(key)!.push(steps[i]!.at - steps[i - 1]!.at);
      who.get(key)!.add(customer);
    }
  });
  const edges = [...waits]
    .map(([key, times]) => {
      const [source, target] = key.split("\t") as [string, string];
      times.sort((a, b) => a - b);
      return { source, target, count: times.length * WEIGHT, customers: who.get(key)!.size * WEIGHT, median_ms: quantile(times, 0.5), p90_ms: quantile(times, 0.9) };
    })
    .sort((a, b) => b.count - a.count);
  const all = edges.reduce((sum, e) => sum + e.count, 0);
  let sum = 0;
  const chosen = edges.filter((e) => {
    const keep = sum < (question.coverage ?? 0.9) * all;
    if (keep) sum += e.count;
    return keep;
  });
  const shown = new Set(chosen.flatMap((e) => [e.source, e.target]));
  const customers = new Map(tally(some.flatMap((steps) => [...new Set(steps.map((s) => s.event))])));
  const starts = new Map(tally(some.map((steps) => steps[0]!.event)));
  const ends = new Map(tally(some.map((steps) => steps.at(-1)!.event)));
  const nodes = tally(some.flat().map((s) => s.event))
    .filter(([event]) => shown.has(event))
    .map(([event, count]) => ({
      event, count: count * WEIGHT, customers: customers.get(event)! * WEIGHT,
      starts: (starts.get(event) ?? 0) * WEIGHT, ends: (ends.get(event) ?? 0) * WEIGHT,
    }));
  return { nodes, edges: chosen, total_edges: edges.length, kept: all ? sum / all : 0, loops: [], total_loops: 0, knots: [] };
}

export function variants(question: { top?: number; filters?: Filters }): Variants {
  const some = kept(question.filters);
  const spans = new Map<string, number[]>();
  for (const steps of some) {
    const key = steps.map((s) => s.event).join("\t");
    if (!spans.has(key)) spans.set(key, []);
    spans.get(key)!.push(steps.at(-1)!.at - steps[0]!.at);
  }
  const list = [...spans].sort((a, b) => b[1].length - a[1].length);
  return {
    variants: list.slice(0, question.top ?? 20).map(([key, times]) => ({
      events: key.split("\t"), customers: times.length * WEIGHT, share: times.length / some.length, median_ms: quantile(times.sort((a, b) => a - b), 0.5),
    })),
    total: list.length,
    customers: some.length * WEIGHT,
  };
}

interface FunnelQuestion {
  steps: string[][];
  within_ms?: number | null;
  order?: string;
  by?: string | null;
  filters?: Filters;
}

function wilson(share: number, n: number): [number, number] {
  const z = 1.96;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function steps(question: FunnelQuestion, some: Happening[][]): FunnelStep[] {
  const times = question.steps.map(() => [] as number[]);
  const reached = question.steps.map(() => 0);
  for (const journey of some) {
    let from = 0;
    let before = 0;
    let start = 0;
    for (const [i, events] of question.steps.entries()) {
      const found = journey.findIndex((s, at) => at >= from && events.includes(s.event));
      if (found < 0) break;
      const at = journey[found]!.at;
      if (i === 0) start = at;
      else if (question.within_ms && at - start > question.within_ms) break;
      if (i > 0) times[i]!.push(at - before);
      reached[i]! += 1;
      before = at;
      from = found + 1;
    }
  }
  return question.steps.map((events, i) => {
    const sorted = times[i]!.sort((a, b) => a - b);
    const total = Math.max(1, reached[0]! * WEIGHT);
    const share = reached[0] ? reached[i]! / reached[0]! : 0;
    const [low, high] = wilson(share, total);
    return {
      step: i, optional: false, within_ms: null, events, customers: reached[i]! * WEIGHT, share, share_of_previous: i === 0 ? 1 : reached[i - 1] ? reached[i]! / reached[i - 1]! : 0,
      low, high, median_ms: quantile(sorted, 0.5), p90_ms: quantile(sorted, 0.9),
    };
  });
}

export function funnel(question: FunnelQuestion): Funnel {
  const some = kept(question.filters);
  const groups = question.by === "channel" ? tally(some.map((s) => s[0]!.channel)).map(([group]) => group) : [];
  return {
    steps: steps(question, some),
    groups: groups.map((group) => ({ group, steps: steps(question, some.filter((s) => s[0]!.channel === group)), median_ms: null, p90_ms: null })),
    median_ms: null,
    p90_ms: null,
  };
}
