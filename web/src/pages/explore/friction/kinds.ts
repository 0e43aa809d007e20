// Words of the five kinds of friction.
import type { components } from "../../../api/schema";
import { m } from "../../../paraglide/messages.js";

export type EventFriction = components["schemas"]["EventFrictionView"];
export type Kind = EventFriction["kinds"][number]["kind"];

export const kindWords: Record<Kind, () => string> = {
  repeats: m.friction_kind_repeats,
  steps_back: m.friction_kind_steps_back,
  hesitation: m.friction_kind_hesitation,
  rage: m.friction_kind_rage,
  abandonment: m.friction_kind_abandonment,
};

export const kindHelp: Record<Kind, () => string> = {
  repeats: m.friction_help_repeats,
  steps_back: m.friction_help_steps_back,
  hesitation: m.friction_help_hesitation,
  rage: m.friction_help_rage,
  abandonment: m.friction_help_abandonment,
};

export const kinds = Object.keys(kindWords) as Kind[];

/** A text cut to `room` letters. */
export const cut = (text: string, room: number): string => (text.length > room ? `${text.slice(0, room - 1)}…` : text);
