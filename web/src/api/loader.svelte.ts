import { asProblem, type Problem } from "./problem";

/** One question to the server and where it stands; a newer question makes the older one void. */
export class Loader<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #running: AbortController | null = null;

  /** Asks; the last value stays in sight until the new one is there. */
  async ask(question: (signal: AbortSignal) => Promise<Value>): Promise<Value | null> {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
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
    this.value = null;
    this.problem = null;
    this.busy = false;
  }

  stop(): void {
    this.#running?.abort();
  }
}
