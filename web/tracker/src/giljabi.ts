// The first-party tracker of Giljabi: see docs/tracker.md.
//
//   <script async src="https://example.com/giljabi.js" data-write-key="…"></script>

import { ofPage } from "./moments.ts";
import * as queue from "./queue.ts";
import { drop, get, names, put, random } from "./store.ts";
import { place, watch } from "./watch.ts";

type Fields = Record<string, unknown>;
type Early = [name: keyof typeof api, ...rest: unknown[]][];

const IDS = ["user", "anonymous"];
const script = (document.currentScript ??
  document.querySelector("script[data-write-key]")) as HTMLScriptElement | null;
const asksConsent = script?.dataset.consent === "required";
// Who asks not to be tracked is not tracked, whatever the page says.
const refused =
  navigator.doNotTrack === "1" || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
let allowed = !refused && (asksConsent ? get("consent") === "yes" : get("consent") !== "no");
let referrer = withoutQuery(document.referrer);
let seen = referrer;

const api = {
  track: (event: string, properties?: Fields) => send("track", { event, properties }),
  page: (name?: string, properties?: Fields) => {
    const hint = ofPage(place(), referrer);
    send("page", { name: name ?? pageName(), properties: { ...(hint && { moment_hint: hint }), ...properties } });
    seen = location.origin + place();
  },
  identify: (id: string | Fields, traits?: Fields) => {
    if (!allowed) return;
    if (typeof id === "object") traits = id;
    else put("user", String(id));
    send("identify", { traits });
  },
  group: (groupId: string, traits?: Fields) => send("group", { groupId: String(groupId), traits }),
  alias: (id: string, previousId?: string) => {
    if (!allowed) return;
    const previous = previousId ?? get("user") ?? anonymousId();
    put("user", String(id));
    send("alias", { previousId: String(previous) });
  },
  /** Forgets who the visitor is, as after logging out. */
  reset: () => IDS.forEach(drop),
  /** Says whether the visitor agrees to being watched, or to which purposes. Taken back, it leaves nothing here. */
  consent: (choice: boolean | Record<string, boolean>) => {
    const before = allowed;
    const given = typeof choice === "object" ? Object.values(choice).includes(true) : choice;
    allowed = given && !refused;
    if (!allowed) {
      queue.forget();
      names("").forEach(drop);
      // Only where nobody is asked is a refusal worth remembering.
      if (!given && !asksConsent) put("consent", "no");
    } else if (!before) {
      put("consent", "yes");
    }
    if (allowed && typeof choice === "object") {
      put("choices", JSON.stringify(choice));
      api.track("Segment Consent Preference Updated");
    }
    if (allowed && !before) api.page();
  },
};

function send(type: string, fields: Fields): void {
  if (!allowed) return;
  const user = get("user");
  const choices = get("choices");
  queue.add({
    type,
    messageId: random(),
    timestamp: new Date().toISOString(),
    anonymousId: anonymousId(),
    ...(user && { userId: user }),
    ...fields,
    context: {
      library: { name: "giljabi.js", version: "1" },
      locale: navigator.language,
      page: { path: place(), url: location.origin + place(), title: document.title, referrer },
      campaign: campaign(),
      ...(choices && { consent: { categoryPreferences: JSON.parse(choices) } }),
    },
  });
}

function nextPage(): void {
  referrer = seen;
  api.page();
}

function anonymousId(): string {
  const known = get("anonymous");
  if (known) return known;
  put("anonymous", random());
  return get("anonymous")!;
}

/** What `utm_source` and its like say. */
function campaign(): Fields {
  const given = [...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("utm_"));
  return Object.fromEntries(given.map(([name, value]) => [name === "utm_campaign" ? "name" : name.slice(4), value]));
}

function withoutQuery(address: string): string {
  return address.split(/[?#]/)[0]!;
}

/** A page's name: as the page says (`<html data-giljabi-page="…">`), else its path with `*` for what counts up. */
function pageName(): string {
  return document.documentElement.dataset.giljabiPage || place().replace(/[^/]*\d[^/]*/g, "*");
}

const early = (window as { giljabi?: unknown }).giljabi ?? [];
// A page that loads the script twice is watched once.
if (Array.isArray(early) && script) {
  (window as { giljabi?: unknown }).giljabi = api;
  if (!allowed) [...IDS, ...names("q.")].forEach(drop);
  if (!refused) {
    queue.start(new URL("v1/batch", script.src).href, script.dataset.writeKey ?? "");
    watch(api.track, nextPage, () => void queue.flush(true));
    addEventListener("online", () => void queue.flush());
  }
  api.page();
  for (const [name, ...rest] of early as Early) (api[name] as (...given: unknown[]) => void)?.(...rest);
}
