import { untrack } from "svelte";
import { settings } from "../settings.svelte";
import { asProblem, type Problem } from "./problem";

/** One question to the server and where it stands; a newer question makes the older one void. */
export class Question<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #running: AbortController | null = null;
  #asked: { question: (signal: AbortSignal) => Promise<Value>; locale: string } | null = null;

  /** Asks; the last value stays in sight until the new one is there. */
  async ask(question: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    this.#asked = { question, locale: settings.locale };
    this.busy = true;
    try {
      const value = await question(mine.signal);
      if (mine.signal.aborted) return null;
      this.value = value;
      this.problem = null;
      return value;
    } catch (error) {
      if (!mine.signal.aborted) {
        this.problem = asProblem(error);
        this.value = null;
      }
      return null;
    } finally {
      if (!mine.signal.aborted) this.busy = false;
    }
  }

  /** Forgets the answer and stops a question under way. */
  clear(): void {
    this.#running?.abort();
    this.#asked = null;
    this.value = null;
    this.problem = null;
    this.busy = false;
  }

  /** Asks the same again where it was asked in another language: the server's texts come in the reader's. */
  protected inLanguage(locale: string): void {
    if (this.#asked && this.#asked.locale !== locale) void this.ask(this.#asked.question);
  }

  stop(): void {
    this.#running?.abort();
  }
}

/** A question of a component; asked again when the reader changes the language. */
export class Loader<Value> extends Question<Value> {
  constructor() {
    super();
    $effect(() => {
      const locale = settings.locale;
      untrack(() => this.inLanguage(locale));
    });
  }
}
