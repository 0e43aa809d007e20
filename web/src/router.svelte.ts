import { readPlace, writePlace, type Place } from "./urlstate";

class Here {
  #place = $state.raw<Place>(readPlace(location.href));
  /** Counts real page changes, so that focus moves on them and not on filters. */
  turns = $state(0);

  constructor() {
    addEventListener("popstate", () => this.#arrive());
  }

  get path(): string {
    return this.#place.path;
  }

  get query(): Readonly<Record<string, string>> {
    return this.#place.query;
  }

  /** Asks before a page with unsaved work is left; null when nothing would be lost. */
  hold: (() => boolean) | null = null;

  go(to: string): void {
    if (to === location.pathname + location.search) return;
    if (this.hold && !this.hold()) return;
    history.pushState(null, "", to);
    this.#arrive();
  }

  /** Goes to a page in place of this one, which is no step to come back to. */
  replace(to: string): void {
    history.replaceState(null, "", to);
    this.#arrive();
  }

  /** Changes parts of the query; null takes a part away. `step` makes it a step of the history. */
  set(changes: Record<string, string | null>, step = false): void {
    const to = writePlace(this.path, { ...this.query, ...changes });
    if (to === location.pathname + location.search) return;
    if (step) history.pushState(null, "", to);
    else history.replaceState(null, "", to);
    this.#place = readPlace(location.href);
  }

  #arrive(): void {
    const before = this.path;
    this.#place = readPlace(location.href);
    if (before !== this.path) {
      this.turns += 1;
      scrollTo(0, 0);
    }
  }
}

export const here = new Here();

/** Follows links of our own pages without loading them anew. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  here.go(link.pathname + link.search);
}
