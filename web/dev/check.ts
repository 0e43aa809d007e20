import type { CheckedClaim, CheckView, Evidence, Unit } from "../src/api/types";
import { map } from "./shop.ts";

const DAY = 86_400_000;
const N = 2_480_112;
const reach = [1, 0.82, 0.41, 0.38, 0.31, 0.19, 0.12, 0.118, 0.034];
const waits = [null, 2 * DAY, 180_000, 40_000, 80_000, 360_000, 110_000, 2.6 * DAY, 4 * DAY];
const reported: (number | null)[] = [0.6, 0.7, -1.1, -0.7, 0.9, 0.8, -0.6, -1.3, -0.2];
const inferred: (number | null)[] = [null, 0.6, -1.3, -0.9, 0.5, 0.3, -0.9, -0.8, -0.4];
const answers = [312, 1804, 5210, 6120, 7011, 4920, 9377, 11_240, 86];

const claims: [string, number, Partial<CheckedClaim> & { unit: Unit; value: number | null; bound: number }][] = [
  ["aware", 0, { unit: "share", value: 0.604, low: 0.597, high: 0.611, bound: 0.6, verdict: "undecided", more: 41_200, n: 18_402 }],
  ["visit", 0, { unit: "ms", value: 140_000, low: 138_000, high: 142_000, bound: 180_000, side: "at_most", verdict: "supported", n: 1_016_845 }],
  ["signup", 0, { unit: "ms", value: 372_000, low: 369_000, high: 375_000, bound: 180_000, side: "at_most", verdict: "contradicted", n: 942_442 }],
  ["signup", 1, { unit: "share", value: 0.412, low: 0.411, high: 0.413, bound: 0.6, verdict: "contradicted", n: 2_033_691 }],
  ["search", 0, { unit: "share", value: 0.487, low: 0.486, high: 0.488, bound: 0.6, verdict: "contradicted", n: 942_442 }],
  ["product", 0, { unit: "share", value: 0.613, low: 0.612, high: 0.614, bound: 0.25, verdict: "supported", n: 768_834 }],
  ["cart", 0, { unit: "share", value: 0.632, low: 0.63, high: 0.634, bound: 0.6, verdict: "supported", n: 471_221 }],
  ["pay", 0, { unit: "score", value: 4.21, low: 4.17, high: 4.25, bound: 5, verdict: "contradicted", n: 9377, grade: "feedback" }],
  ["deliver", 0, { unit: "ms", value: 2.6 * DAY, low: 2.54 * DAY, high: 2.66 * DAY, bound: 2 * DAY, side: "at_most", verdict: "contradicted", n: 297_604 }],
  ["deliver", 1, { unit: "share", value: null, low: null, high: null, bound: 0.9, verdict: "undecided", n: 0, why: "no event of this stage carries a channel", grade: "assumption" }],
  ["care", 0, { unit: "share", value: 0.098, low: 0.091, high: 0.105, bound: 0.1, side: "at_most", verdict: "undecided", more: 12_800, n: 8432 }],
];

export const checkedClaims: CheckedClaim[] = claims.map(([stage, index, known]) => {
  const said = map.stages.find((s) => s.id === stage)!.claims[index]!;
  return { stage, index, kind: said.kind, says: said.says, verdict: "undecided", low: null, high: null, n: 0, side: "at_least", more: null, grade: "events", why: "", ...known };
});

const ids = map.stages.map((s) => s.id);
const curve = (values: (number | null)[], half: (n: number) => number) =>
  values.map((value, i) => ({
    stage: ids[i]!, value, n: value === null ? 0 : answers[i]!,
    low: value === null ? null : value - half(answers[i]!), high: value === null ? null : value + half(answers[i]!),
  }));

export const check: CheckView = {
  checked_at: "2026-11-21T14:55:00Z",
  customers: N,
  mapped_customers: 2_471_004,
  coverage: 0.943,
  unmatched_share: 0.057,
  exact: 0.4318,
  fitness: 0.8724,
  stages: ids.map((id, i) => ({
    id, reach: reach[i]!, customers: Math.round(N * reach[i]!), low: reach[i]! * 0.999, high: Math.min(1, reach[i]! * 1.001), median_from_previous_ms: waits[i] ?? null, grade: i === 0 ? "assumption" : i === 8 ? "feedback" : "events",
    deviations: {
      missing: [0, 210_400, 96_120, 14_300, 8020, 2210, 340, 120, 0][i]!, unexpected: [0, 0, 388_210, 1240, 0, 0, 40_122, 0, 900][i]!,
      out_of_order: [0, 0, 0, 121_033, 0, 0, 4410, 0, 18_034][i]!, late: [0, 0, 0, 0, 0, 0, 0, 41_210, 0][i]!,
    },
  })),
  deviations: [
    { kind: "unexpected", stage: "signup", event: "가입 오류", count: 388_210, customers: 251_904 },
    { kind: "missing", stage: "visit", event: null, count: 210_400, customers: 210_400 },
    { kind: "out_of_order", stage: "search", event: "검색", count: 121_033, customers: 98_220 },
    { kind: "missing", stage: "signup", event: null, count: 96_120, customers: 96_120 },
    { kind: "late", stage: "deliver", event: "배송 완료", count: 41_210, customers: 41_210 },
    { kind: "unexpected", stage: "pay", event: "결제 실패", count: 40_122, customers: 33_871 },
    { kind: "out_of_order", stage: "care", event: "고객센터 문의", count: 18_034, customers: 17_410 },
  ],
  claims: checkedClaims,
  curves: {
    believed: map.stages.map((s) => ({ stage: s.id, value: s.believed, low: null, high: null, n: 0 })),
    reported: curve(reported, (n) => Math.min(0.55, 9 / Math.sqrt(n))),
    inferred: curve(inferred, (n) => 4 / Math.sqrt(n * 20)),
  },
  gaps: [],
  verdicts: { supported: 3, contradicted: 5, undecided: 3, unchecked: 0 },
  unlinked_feedback: 1204,
};

check.gaps = ids.filter((_, i) => {
  const { low, high } = check.curves.reported[i]!;
  const guess = check.curves.believed[i]!.value;
  return guess !== null && low !== null && high !== null && (guess < low || guess > high);
});

const shapes: Record<string, (claim: CheckedClaim) => Evidence["distribution"]> = {
  ms: (claim) => {
    const heights = [4, 10, 22, 38, 52, 62, 56, 48, 38, 28, 22, 16, 12, 8, 6, 4];
    const width = (claim.value! * 2.05) / heights.length;
    const all = heights.reduce((a, b) => a + b);
    const bins = heights.map((h, i) => ({ from: Math.round(i * width), to: Math.round((i + 1) * width), count: Math.round((h / all) * claim.n) }));
    const beyond = bins.filter((b) => b.from >= claim.bound).reduce((a, b) => a + b.count, 0) / claim.n;
    return { unit: "ms", over: Math.round(claim.n * 0.011), bins, bound: claim.bound, tail_share: beyond, quantiles: { p10: claim.value! * 0.42, p50: claim.value!, p90: claim.value! * 2.2 } };
  },
  score: (claim) => {
    const heights = [8, 11, 14, 19, 22, 16, 10];
    return { unit: "score", over: 0, bins: heights.map((h, i) => ({ from: i + 0.5, to: i + 1.5, count: Math.round((claim.n * h) / 100) })), bound: claim.bound, tail_share: 0.52, quantiles: { p10: 2, p50: 4, p90: 6 } };
  },
};

const sentences: Record<string, { ko: string; en: string }> = {
  "deliver/0": { ko: "결제 후 2일 안에 도착한다", en: "The parcel arrives within 2 days of payment" },
  "signup/0": { ko: "가입을 3분 안에 마친다", en: "Sign-up is done within 3 minutes" },
};

export function evidence(stage: string, index: number): Evidence | null {
  const claim = checkedClaims.find((c) => c.stage === stage && c.index === index);
  if (!claim) return null;
  const share = claim.unit === "share" && claim.value !== null;
  return {
    claim,
    sentence: sentences[`${stage}/${index}`] ?? { ko: claim.says, en: "" },
    distribution: claim.value === null ? null : (shapes[claim.unit]?.(claim) ?? null),
    funnel: share ? { customers: claim.n, reached: Math.round(claim.n * claim.value!) } : null,
    against: claim.verdict === "supported" || claim.value === null ? [] : [
      { events: ["결제 완료", "출고", "배송 완료"], customers: 41_210 },
      { events: ["결제 완료", "출고", "고객센터 문의", "배송 완료"], customers: 18_034 },
      { events: ["결제 완료", "배송 완료", "고객센터 문의"], customers: 6120 },
    ],
    quotes: claim.verdict === "supported" ? [] : [
      { text: "늦는 건 괜찮은데 왜 아무 연락이 없죠?", score: 2, kind: "csat", time: "2026-11-18T03:12:00Z" },
      { text: "조회 화면이 어제부터 그대로예요ㅠㅠ", score: null, kind: "text", time: "2026-11-17T10:40:00Z" },
    ],
    sources: { events: ["결제 완료", "배송 완료"], first: "2026-08-23T00:00:00Z", last: "2026-11-21T14:40:00Z", feedback_kinds: ["csat", "text"] },
  };
}
