import { m } from "../../../paraglide/messages.js";
import { settings } from "../../../settings.svelte";

export const fieldNames = { name: m.matches_name, email: m.matches_email, phone: m.matches_phone, address: m.matches_address };

export const levelNames = {
  same: m.matches_level_same, near: m.matches_level_near, region: m.matches_level_region, other: m.matches_level_other, missing: m.matches_level_missing,
};

/** A weight in bits with its sign: +12.3, −1.9. */
export const signed = (weight: number): string =>
  weight.toLocaleString(settings.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" }).replace("-", "−");
