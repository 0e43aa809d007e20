import type { ImportPreview, ImportRow } from "../src/api/types";

const steps = ["read", "check", "store", "build"];
const running = new Map<string, number>();

const sample = [
  ["m-10482", "2026-11-20 09:12:04", "방문", "app", "", "가을 세일"],
  ["m-10482", "2026-11-20 09:14:31", "검색", "app", "", "가을 세일"],
  ["m-20931", "2026-11-20 09:15:02", "결제 완료", "web", "48900", ""],
  ["m-10482", "2026-11-20 09:16:44", "상품 상세", "app", "", ""],
  ["", "2026-11-20 09:17:10", "방문", "web", "", ""],
];
const names = ["회원번호", "발생시각", "이벤트", "채널", "금액", "campaign"];

export function preview(filename: string, size: number): ImportPreview {
  return {
    id: "new", kind: "events", filename, format: "csv", encoding: "CP949", delimiter: ",", size,
    columns: names.map((name, i) => ({ name, type: i === 4 ? "number" : i === 1 ? "time" : "text", examples: sample.map((row) => row[i]).filter((cell) => cell !== undefined).slice(0, 3) })),
    roles: { customer: "회원번호", time: "발생시각", event: "이벤트", channel: "채널", value: null },
    sample: sample.map((row) => Object.fromEntries(row.map((cell, i) => [names[i]!, cell]))),
    problems: [],
  };
}

const done = (id: string, filename: string, accepted: number, refused: number, reasons: Record<string, number>, at: string): ImportRow => ({
  id, filename, kind: filename.includes("voc") ? "feedback" : "events", state: "done", step: "", progress: 1,
  accepted, refused, reasons, error: null, rejects_url: refused ? `/api/v1/imports/${id}/rejects` : null, created_at: at, roles: {},
});

export const importList = (): ImportRow[] => [
  done("3", "주문_2026_11.csv", 8_204_113, 812, { bad_time: 604, no_customer: 208 }, "2026-11-21T14:41:00Z"),
  done("2", "voc_2026_q4.csv", 48_213, 17, { bad_score: 17 }, "2026-11-21T14:20:00Z"),
  { ...done("1", "주문_2026_11.csv", 0, 0, {}, "2026-11-21T14:50:00Z"), state: "duplicate" },
  { ...done("0", "2025_backup.parquet", 0, 0, {}, "2026-11-19T05:50:00Z"), state: "failed", error: "2025_backup.parquet: the file ends before its footer; it was cut off while being copied" },
];

export function importStep(id: string, start: boolean): ImportRow {
  const known = importList().find((row) => row.id === id);
  if (known) return known;
  if (start) running.set(id, 0);
  if (!running.has(id)) return { ...done(id, "주문_2026_11.csv", 0, 0, {}, "2026-11-21T15:00:00Z"), state: "preview", progress: 0, preview: preview("주문_2026_11.csv", 1_024_000) };
  const progress = Math.min(1, (running.get(id) ?? 0) + 0.12);
  running.set(id, progress);
  const base = done(id, "주문_2026_11.csv", Math.round(124_000 * progress), Math.round(1240 * progress), { bad_time: 780, no_customer: 340, no_event: 120 }, "2026-11-21T15:01:00Z");
  return progress >= 1 ? base : { ...base, state: "running", progress, step: steps[Math.floor(progress * steps.length)]!, rejects_url: null };
}
