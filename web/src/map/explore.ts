import type { MapClaim, MapView } from "../api/types";
import { writePlace, writeSteps } from "../urlstate";
import { namesIn } from "./layout";

/** Where Explore answers the claim's question, with everything filled in. */
export function exploreLink(claim: MapClaim, stage: string, map: MapView, names: string[], sources: string[]): string | null {
  const events = (id: string) => namesIn(map.stages.find((s) => s.id === id)?.touchpoints.map((t) => t.match_text).join(" , ") ?? "", names);
  const target = claim.kind === "reach" || claim.kind === "takes" ? String(claim.claim[claim.kind] ?? "") : "";
  if (target) {
    const steps = [events(stage), events(target)];
    if (steps.every((step) => step.length > 0)) return writePlace("/explore/funnel", { steps: writeSteps(steps) });
  }
  const focus = events(stage)[0] ?? sources.find((name) => names.includes(name));
  return focus ? writePlace("/explore/graph", { node: focus }) : null;
}
