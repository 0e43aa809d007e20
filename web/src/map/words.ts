import type { DeviationCounts } from "../api/types";
import { m } from "../paraglide/messages.js";

const lanes: Record<string, () => string> = {
  actions: m.lane_actions, thoughts: m.lane_thoughts, feelings: m.lane_feelings, expectations: m.lane_expectations, needs: m.lane_needs,
  pains: m.lane_pains, opportunities: m.lane_opportunities, frontstage: m.lane_frontstage, backstage: m.lane_backstage,
  systems: m.lane_systems, metrics: m.lane_metrics,
};

export function laneName(id: string): string {
  return lanes[id]?.() ?? id.replace(/^x-/, "");
}

export function phaseName(phase: string): string {
  const names: Record<string, () => string> = { before: m.phase_before, on: m.phase_on, after: m.phase_after };
  return names[phase]?.() ?? phase;
}

export function deviationWord(kind: keyof DeviationCounts): string {
  return { missing: m.deviation_missing, unexpected: m.deviation_unexpected, out_of_order: m.deviation_out_of_order, late: m.deviation_late }[kind]();
}

export function deviationSentence(kind: keyof DeviationCounts): string {
  return {
    missing: m.deviation_missing_long, unexpected: m.deviation_unexpected_long,
    out_of_order: m.deviation_out_of_order_long, late: m.deviation_late_long,
  }[kind]();
}

export function momentTitle(moment: string): string {
  const names: Record<string, () => string> = {
    stimulus: m.moment_stimulus, zmot: m.moment_zmot, fmot: m.moment_fmot, smot: m.moment_smot,
    know: m.moment_know, go: m.moment_go, do: m.moment_do, buy: m.moment_buy,
  };
  return names[moment]?.() ?? moment;
}

/** A micro-moment as one word on the board. */
export function momentShort(moment: string): string {
  const names: Record<string, () => string> = { know: m.micro_know, go: m.micro_go, do: m.micro_do, buy: m.micro_buy };
  return names[moment]?.() ?? moment;
}

export function feedbackKind(kind: string): string {
  return kind === "text" ? m.kind_text() : kind === "rating" ? m.kind_rating() : kind.toUpperCase();
}
