// What is seen on a page without being told: marked clicks, rage clicks, forms left behind, videos, changes of page.

import { ofLink } from "./moments.ts";

type Track = (event: string, properties: Record<string, unknown>) => void;

const MARK = "data-giljabi";
const RAGE = { clicks: 3, within: 1000, radius: 30 };
const started = new Map<HTMLFormElement, { field: string; fields: Set<string> }>();
let clicks: { x: number; y: number; time: number }[] = [];
let raged = false;

export function watch(track: Track, pageChanged: () => void, leaving: () => void): void {
  const listen = <Name extends keyof DocumentEventMap>(name: Name, hear: (event: DocumentEventMap[Name]) => void) =>
    document.addEventListener(name, hear, true);

  listen("click", (event) => {
    const element = event.composedPath()[0];
    if (!(element instanceof Element)) return;
    const marked = element.closest(`[${MARK}]`);
    if (marked && marked.tagName !== "FORM") track(...markOf(marked));
    const link = element.closest<HTMLAnchorElement>("a[href]");
    const to = link && ofLink(String(link.href));
    if (to) track(to === "phone" ? "Phone link clicked" : "Map link clicked", { moment_hint: "go" });
    if (rage(event)) track("Rage click", { element: pathOf(element) });
  });
  listen("input", (event) => {
    const field = event.composedPath()[0] as HTMLInputElement;
    const form = field.form;
    if (!form) return;
    const name = field.name || field.id || field.type;
    const fields = started.get(form)?.fields ?? new Set();
    started.set(form, { field: name, fields: fields.add(name) });
  });
  listen("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches(`[${MARK}]`)) track(...markOf(form));
    started.delete(form);
  });
  // Scripts that send a form themselves gather its data first.
  document.addEventListener("formdata", (event) => started.delete(event.target as HTMLFormElement), true);
  const played = new WeakSet<EventTarget>();
  listen("play", (event) => {
    const video = event.target as HTMLMediaElement;
    if (video.tagName !== "VIDEO" || played.has(video)) return;
    played.add(video);
    track("Video started", { element: pathOf(video), moment_hint: "do" });
  });

  const abandoned = () => {
    for (const [form, { field, fields }] of started)
      track("Form abandoned", { form: nameOf(form), last_field: field, fields: fields.size });
    started.clear();
  };
  watchAddress(() => {
    abandoned();
    pageChanged();
  });
  addEventListener("pagehide", () => {
    abandoned();
    leaving();
  });
  listen("visibilitychange", () => document.hidden && leaving());
  addEventListener("pageshow", (event) => event.persisted && pageChanged());
}

/** Calls back when the page becomes another without being loaded: by history, or by an address after `#/`. */
function watchAddress(changed: () => void): void {
  let known = place();
  const look = () => {
    if (place() === known) return;
    known = place();
    changed();
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const own = history[name];
    history[name] = function (...given) {
      own.apply(this, given);
      // A moment later the page has its new title, and a chain of redirects has come to its end.
      setTimeout(look);
    };
  }
  addEventListener("popstate", () => setTimeout(look));
  addEventListener("hashchange", () => setTimeout(look));
}

/** The address's part that names a page, readable. What follows `?` often holds names, addresses and keys. */
export function place(): string {
  const hash = /^#!?\/[^?]*/.exec(location.hash);
  const path = location.pathname + (hash ? hash[0] : "");
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function rage({ clientX: x, clientY: y, timeStamp: time, detail }: MouseEvent): boolean {
  // A click by keyboard has no place.
  if (!detail) return false;
  const near = clicks.filter(
    (one) => time - one.time < RAGE.within && Math.hypot(one.x - x, one.y - y) <= RAGE.radius,
  );
  if (!near.length) raged = false;
  clicks = [...near, { x, y, time }];
  if (raged || clicks.length < RAGE.clicks) return false;
  return (raged = true);
}

function markOf(element: Element): [string, Record<string, unknown>] {
  const properties: Record<string, unknown> = {};
  for (const { name, value } of element.attributes) {
    if (!name.startsWith(`${MARK}-`)) continue;
    // Numbers that read the same when written again: 007 and 1e3 stay texts.
    properties[name.slice(MARK.length + 1).replace(/-/g, "_")] = String(Number(value)) === value ? Number(value) : value;
  }
  return [element.getAttribute(MARK) || "Clicked", properties];
}

function nameOf(form: HTMLFormElement): string {
  return form.getAttribute("name") || form.id || pathOf(form);
}

/** An element's place in the page: `main > form#pay > button.primary`. */
function pathOf(element: Element): string {
  const path: string[] = [];
  for (let at: Element | null = element; at && path.length < 5 && at.tagName !== "BODY"; at = at.parentElement) {
    const kind = at.classList[0] ? `.${at.classList[0]}` : "";
    path.unshift(at.tagName.toLowerCase() + (at.id ? `#${at.id}` : kind));
    if (at.id) break;
  }
  return path.join(" > ");
}
