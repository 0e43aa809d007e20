import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { questions } from "../pages/explore/questions";
import { m } from "../paraglide/messages.js";
import { here } from "../router.svelte";
import { settings } from "../settings.svelte";
import type { IconName } from "../ui/Icon.svelte";
import { toast } from "../ui/toast.svelte";
import { tell } from "../ui/trouble";

export interface Command {
  text: string;
  group: string;
  icon: IconName;
  run: () => unknown;
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

/** All that the palette can do, maps apart. */
export function commands(): Command[] {
  const pages = m.palette_pages();
  const acts = m.palette_actions();
  const go = (to: string) => () => here.go(to);
  const onMap = /^\/maps\/(?!new$)[^/]+$/.test(here.path);
  return [
    { text: m.nav_maps(), group: pages, icon: "maps", run: go("/maps") },
    ...questions.map((one): Command => ({ text: one.text(), group: pages, icon: "explore", run: go(`/explore/${one.id}`) })),
    { text: m.nav_customers(), group: pages, icon: "customers", run: go("/customers") },
    { text: m.nav_data(), group: pages, icon: "data", run: go("/data") },
    { text: m.data_tab_sources(), group: pages, icon: "data", run: go("/data/sources") },
    { text: m.data_tab_refusals(), group: pages, icon: "data", run: go("/data/refusals") },
    { text: m.data_tab_plan(), group: pages, icon: "data", run: go("/data/plan") },
    { text: m.data_tab_identity(), group: pages, icon: "data", run: go("/data/identity") },
    ...(onMap
      ? ([
          { text: m.map_edit(), group: acts, icon: "code", run: () => here.set({ edit: "1", claim: null, stage: null }, true) },
          { text: m.print(), group: acts, icon: "print", run: () => setTimeout(() => print(), 200) },
        ] satisfies Command[])
      : []),
    { text: m.propose(), group: acts, icon: "spark", run: propose },
    { text: m.new_map(), group: acts, icon: "plus", run: go("/maps/new") },
    { text: m.import_file(), group: acts, icon: "upload", run: go("/data") },
    { text: m.theme_to_light(), group: acts, icon: "sun", run: () => (settings.theme = "light") },
    { text: m.theme_to_dark(), group: acts, icon: "moon", run: () => (settings.theme = "dark") },
    { text: m.theme_to_system(), group: acts, icon: "screen", run: () => (settings.theme = "system") },
    {
      text: settings.locale === "ko" ? "English" : "한국어", group: m.language(), icon: "more",
      run: () => (settings.locale = settings.locale === "ko" ? "en" : "ko"),
    },
  ];
}
