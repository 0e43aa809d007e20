import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { questions } from "../pages/explore/questions";
import type { Right } from "../pages/sign-in/types";
import { m } from "../paraglide/messages.js";
import { here } from "../router.svelte";
import { session } from "../session.svelte";
import { settings } from "../settings.svelte";
import type { IconName } from "../ui/Icon.svelte";
import { toast } from "../ui/toast.svelte";
import { tell } from "../ui/trouble";

export interface Command {
  text: string;
  group: string;
  icon: IconName;
  run: () => unknown;
  /** Offered only to those who have this right. */
  needs?: Right;
}

async function propose(): Promise<void> {
  toast(m.propose_running());
  try {
    const made = await api.proposeMap({});
    here.go(`/maps/${made.id}`);
  } catch (error) {
    const told = tell(asProblem(error));
    toast(`${told.what} ${told.todo}`, true);
  }
}

/** All that the palette can do for the reader, maps apart. */
export function commands(): Command[] {
  const pages = m.palette_pages();
  const acts = m.palette_actions();
  const go = (to: string) => () => here.go(to);
  const onMap = /^\/maps\/(?!new$)[^/]+$/.test(here.path);
  const map = onMap ? here.path.slice("/maps/".length) : undefined;
  const all: Command[] = [
    { text: m.nav_maps(), group: pages, icon: "maps", run: go("/maps") },
    ...questions.map((one): Command => ({ text: one.text(), group: pages, icon: "explore", needs: "view", run: go(`/explore/${one.id}`) })),
    { text: m.nav_customers(), group: pages, icon: "customers", needs: "people", run: go("/customers") },
    { text: m.nav_data(), group: pages, icon: "data", needs: "edit", run: go("/data") },
    { text: m.data_tab_sources(), group: pages, icon: "data", needs: "edit", run: go("/data/sources") },
    { text: m.data_tab_refusals(), group: pages, icon: "data", needs: "edit", run: go("/data/refusals") },
    { text: m.data_tab_plan(), group: pages, icon: "data", needs: "edit", run: go("/data/plan") },
    { text: m.data_tab_identity(), group: pages, icon: "data", needs: "edit", run: go("/data/identity") },
    { text: m.settings_tab_account(), group: pages, icon: "settings", run: go("/settings/account") },
    { text: m.settings_tab_people(), group: pages, icon: "settings", needs: "admin", run: go("/settings/people") },
    { text: m.settings_tab_keys(), group: pages, icon: "settings", needs: "view", run: go("/settings/keys") },
    { text: m.settings_tab_audit(), group: pages, icon: "settings", needs: "admin", run: go("/settings/audit") },
    ...(onMap
      ? ([
          ...(session.may("edit", map) ? [{ text: m.map_edit(), group: acts, icon: "code", run: () => here.set({ edit: "1", claim: null, stage: null }, true) } as const] : []),
          { text: m.print(), group: acts, icon: "print", run: () => setTimeout(() => print(), 200) },
        ] satisfies Command[])
      : []),
    { text: m.propose(), group: acts, icon: "spark", needs: "edit", run: propose },
    { text: m.new_map(), group: acts, icon: "plus", needs: "edit", run: go("/maps/new") },
    { text: m.import_file(), group: acts, icon: "upload", needs: "edit", run: go("/data") },
    { text: m.theme_to_light(), group: acts, icon: "sun", run: () => (settings.theme = "light") },
    { text: m.theme_to_dark(), group: acts, icon: "moon", run: () => (settings.theme = "dark") },
    { text: m.theme_to_system(), group: acts, icon: "screen", run: () => (settings.theme = "system") },
    {
      text: settings.locale === "ko" ? "English" : "한국어", group: m.language(), icon: "more",
      run: () => (settings.locale = settings.locale === "ko" ? "en" : "ko"),
    },
    ...(session.account ? [{ text: m.account_sign_out(), group: acts, icon: "close", run: () => session.signOut() } as const] : []),
  ];
  return all.filter((one) => !one.needs || session.may(one.needs));
}
