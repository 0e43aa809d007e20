import { m } from "../../../paraglide/messages.js";
import { say } from "../../../say";

/** The models in the order they are offered. */
export const MODELS = ["last", "first", "linear", "position", "time_decay", "markov", "shapley"] as const;
export type Model = (typeof MODELS)[number];

export const modelWords: Record<Model, () => string> = {
  last: m.attribution_last, first: m.attribution_first, linear: m.attribution_linear, position: m.attribution_position,
  time_decay: m.attribution_time_decay, markov: m.attribution_markov, shapley: m.attribution_shapley,
};
export const modelHelp: Record<Model, () => string> = {
  last: m.attribution_last_help, first: m.attribution_first_help, linear: m.attribution_linear_help, position: m.attribution_position_help,
  time_decay: m.attribution_time_decay_help, markov: m.attribution_markov_help, shapley: m.attribution_shapley_help,
};

/** Models of an address in the order they are offered; none that is known: the usual three. */
export function readModels(text: string | undefined): Model[] {
  const named = (text ?? "").split(",");
  const found = MODELS.filter((one) => named.includes(one));
  return found.length > 0 ? found : ["last", "linear", "markov"];
}

/** A number of conversions: small ones that are no whole number with one decimal. */
export const credit = (value: number): string => (Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(1) : say.count(value));
