import type { MapClaim, MapView } from "../api/types";
import { josa } from "../josa";
import { m } from "../paraglide/messages.js";
import { say } from "../say";
import { settings } from "../settings.svelte";
import { channelName } from "../ui/channels";
import { boundOf, readDuration } from "./bound";

export function stageTitle(map: MapView, id: string): string {
  const stage = map.stages.find((s) => s.id === id);
  return stage?.title || id;
}

/** The claim in few words: the team's own where they wrote some, else made from its fields. */
export function claimText(claim: MapClaim, map: MapView): string {
  if (claim.says) return claim.says;
  const found = boundOf(claim);
  if (!found) return claim.sentence[settings.locale];
  const { bound, side, p90 } = found;
  const about = String(claim.claim[claim.kind] ?? "");
  const atLeast = side === "at_least";
  switch (claim.kind) {
    case "reach": {
      const within = readDuration(claim.claim.within);
      const facts = { share: say.share(bound, 0), stage: stageTitle(map, about) };
      if (within !== null) return (atLeast ? m.says_reach_least_within : m.says_reach_most_within)({ ...facts, time: say.duration(within) });
      return (atLeast ? m.says_reach_least : m.says_reach_most)(facts);
    }
    case "takes": {
      const facts = { stage: stageTitle(map, about), time: say.duration(bound) };
      return p90 ? m.says_takes_p90(facts) : (atLeast ? m.says_takes_least : m.says_takes_most)(facts);
    }
    case "share": {
      const channel = channelName(about);
      return (atLeast ? m.says_share_least : m.says_share_most)({ share: say.share(bound, 0), channel, by: josa(channel, "으로/로") });
    }
    case "score": {
      const facts = { kind: about.toUpperCase(), score: about === "nps" ? say.count(bound) : say.score(bound) };
      return (atLeast ? m.says_score_least : m.says_score_most)(facts);
    }
    case "follows":
      return (atLeast ? m.says_follows_least : m.says_follows_most)({ share: say.share(bound, 0), stage: stageTitle(map, about) });
  }
}
