import { m } from "../paraglide/messages.js";
import type { IconName } from "../ui/Icon.svelte";

export interface Section {
  id: string;
  href: string;
  text: string;
  icon: IconName;
}

export const sections = (): Section[] => [
  { id: "maps", href: "/maps", text: m.nav_maps(), icon: "maps" },
  { id: "explore", href: "/explore/graph", text: m.nav_explore(), icon: "explore" },
  { id: "customers", href: "/customers", text: m.nav_customers(), icon: "customers" },
  { id: "data", href: "/data", text: m.nav_data(), icon: "data" },
  { id: "settings", href: "/settings/account", text: m.nav_settings(), icon: "settings" },
];
