import { untrack } from "svelte";
import { api } from "../api/client";
import type { Mistake } from "../api/types";
import { settings } from "../settings.svelte";

/** Asks for the mistakes of a component's map text a moment after the last key, and when the language changes. */
export class Validation {
  mistakes = $state.raw<Mistake[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;
  #seen = "";

  constructor() {
    $effect(() => {
      void settings.locale;
      untrack(() => this.mistakes.length > 0 && void this.#ask(this.#seen));
    });
  }

  later(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(text), 350);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  async #ask(text: string): Promise<void> {
    this.#running?.abort();
    const mine = (this.#running = new AbortController());
    this.#seen = text;
    if (!text.trim()) {
      this.mistakes = [];
      return;
    }
    try {
      const answer = await api.validateMap(text, mine.signal);
      if (!mine.signal.aborted) this.mistakes = answer.mistakes;
    } catch {
      // Saving tells what is wrong; a check that could not be asked stays silent.
    }
  }
}
