import { api } from "../api/client";
import type { Mistake } from "../api/types";

/** Asks for the mistakes of a map text a moment after the last key. */
export class Validation {
  mistakes = $state.raw<Mistake[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | null = null;

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
