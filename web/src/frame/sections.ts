import { m } from "../paraglide/messages.js";
import { session } from "../session.svelte";
import type { IconName } from "../ui/Icon.svelte";

export interface Section {
  id: string;
  href: string;
  text: string;
  icon: IconName;
}

/** The parts of the app that the reader may enter. */
export const sections = (): Section[] => [
  { id: "maps", href: "/maps", text: m.nav_maps(), icon: "maps" },
  ...(session.may("view") ? [{ id: "explore", href: "/explore/graph", text: m.nav_explore(), icon: "explore" } as const] : []),
  ...(session.may("people") ? [{ id: "customers", href: "/customers", text: m.nav_customers(), icon: "customers" } as const] : []),
  ...(session.may("edit") ? [{ id: "data", href: "/data", text: m.nav_data(), icon: "data" } as const] : []),
  { id: "settings", href: "/settings/account", text: m.nav_settings(), icon: "settings" },
];
