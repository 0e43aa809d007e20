import type { Grade, Verdict } from "../api/types";
import { m } from "../paraglide/messages.js";

export const verdictMark: Record<Verdict, string> = { supported: "✓", contradicted: "✕", undecided: "…", unchecked: "·" };

export const verdictTone: Record<Verdict, "ok" | "no" | "un"> = { supported: "ok", contradicted: "no", undecided: "un", unchecked: "un" };

export function verdictWord(verdict: Verdict): string {
  return { supported: m.verdict_supported, contradicted: m.verdict_contradicted, undecided: m.verdict_undecided, unchecked: m.verdict_unchecked }[verdict]();
}

export function verdictSentence(verdict: Verdict): string {
  return {
    supported: m.verdict_supported_long, contradicted: m.verdict_contradicted_long,
    undecided: m.verdict_undecided_long, unchecked: m.verdict_unchecked_long,
  }[verdict]();
}

export const grades: Grade[] = ["assumption", "interview", "feedback", "events"];

export function gradeWord(grade: Grade): string {
  return { assumption: m.grade_assumption, interview: m.grade_interview, feedback: m.grade_feedback, events: m.grade_events }[grade]();
}
