import type { components } from "../../../api/schema";
import { foldRepeats } from "../../../ui/journey";

export type Representatives = components["schemas"]["RepresentativesView"];
export type Representative = components["schemas"]["RepresentativeView"];
export type Segment = components["schemas"]["SegmentView"];

/** The journey as steps of a funnel: repeats in a row are one step, and a funnel has at most 64. */
export const asSteps = (events: string[]): string[][] => foldRepeats(events).slice(0, 64).map((step) => [step.event]);
