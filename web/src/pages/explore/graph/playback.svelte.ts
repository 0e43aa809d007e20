/** A moment of an animation, 0..1, that runs on its own or is moved by hand. Nothing starts by itself. */
export class Playback {
  at = $state(0);
  running = $state(false);
  #frame = 0;
  #before = 0;

  /** How long the whole takes, in ms. */
  static readonly LENGTH = 24_000;
  /** With reduced motion, the picture changes in as many still steps. */
  static readonly STILLS = 48;

  play(): void {
    if (this.at >= 1) this.at = 0;
    this.running = true;
    this.#before = performance.now();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const turn = (now: number): void => {
      if (!this.running) return;
      const gone = (now - this.#before) / Playback.LENGTH;
      if (!calm || gone >= 1 / Playback.STILLS) {
        this.at = Math.min(1, this.at + gone);
        this.#before = now;
      }
      if (this.at >= 1) this.running = false;
      else this.#frame = requestAnimationFrame(turn);
    };
    this.#frame = requestAnimationFrame(turn);
  }

  pause(): void {
    this.running = false;
    cancelAnimationFrame(this.#frame);
  }

  move(at: number): void {
    this.at = at;
    this.#before = performance.now();
  }
}
