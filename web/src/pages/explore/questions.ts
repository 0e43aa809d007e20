import type { Component } from "svelte";
import type { Filters, LogSummary } from "../../api/types";
import { m } from "../../paraglide/messages.js";

/** What every question of the explore page is given. */
export interface QuestionProps {
  filters: Filters | undefined;
  log: LogSummary;
}

export interface Question {
  id: string;
  group: "ways" | "conversion" | "returning" | "change";
  text: () => string;
  load: () => Promise<{ default: Component<QuestionProps> }>;
  /** Fills the page to its edges, as the graph does. */
  wide?: true;
}

/** Questions in the order they are listed; one line per question. */
export const questions: Question[] = [
  { id: "graph", group: "ways", text: m.tab_graph, load: () => import("./GraphTab.svelte"), wide: true },
  { id: "variants", group: "ways", text: m.tab_variants, load: () => import("./VariantsTab.svelte") },
  { id: "representatives", group: "ways", text: m.representatives_tab, load: () => import("./representatives/RepresentativesTab.svelte") },
  { id: "stages", group: "ways", text: m.stages_tab, load: () => import("./stages/StagesTab.svelte") },
  { id: "steps", group: "ways", text: m.steps_tab, load: () => import("./steps/StepsTab.svelte") },
  { id: "funnel", group: "conversion", text: m.tab_funnel, load: () => import("./FunnelTab.svelte") },
  { id: "conversion", group: "conversion", text: m.tab_conversion, load: () => import("./conversion/ConversionTab.svelte") },
  { id: "durations", group: "conversion", text: m.tab_durations, load: () => import("./durations/DurationsTab.svelte") },
  { id: "attribution", group: "conversion", text: m.attribution_tab, load: () => import("./attribution/AttributionTab.svelte") },
  { id: "drivers", group: "conversion", text: m.drivers_tab, load: () => import("./drivers/DriversTab.svelte") },
  { id: "compare", group: "change", text: m.tab_compare, load: () => import("./compare/CompareTab.svelte") },
  { id: "retention", group: "returning", text: m.tab_retention, load: () => import("./retention/RetentionTab.svelte") },
  { id: "lifecycle", group: "returning", text: m.tab_lifecycle, load: () => import("./lifecycle/LifecycleTab.svelte") },
  { id: "sessions", group: "returning", text: m.tab_sessions, load: () => import("./sessions/SessionsTab.svelte") },
  { id: "changes", group: "change", text: m.changes_tab, load: () => import("./changes/ChangesTab.svelte") },
  { id: "friction", group: "change", text: m.friction_tab, load: () => import("./friction/FrictionTab.svelte") },
];

export const groups = [
  { id: "ways", text: m.questions_ways },
  { id: "conversion", text: m.questions_conversion },
  { id: "returning", text: m.questions_returning },
  { id: "change", text: m.questions_change },
] as const satisfies { id: Question["group"]; text: () => string }[];
