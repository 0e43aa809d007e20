import { api } from "./api/client";
import { door } from "./api/door";
import { asProblem, type Problem } from "./api/problem";
import type { Right, Role, SessionView } from "./pages/sign-in/types";
import { settings } from "./settings.svelte";

/** Who is there and what they may do; every page asks it. */
class Session {
  value = $state.raw<SessionView | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Answers whoever waits for a sign-in in place; null while nobody does. */
  asked = $state.raw<((signedIn: boolean) => void) | null>(null);
  #asking: Promise<boolean> | null = null;

  constructor() {
    door.signInHere = () => this.#ask();
    door.renew = async () => void (await this.load());
  }

  async load(): Promise<void> {
    try {
      this.take(await api.get<SessionView>("/session"));
      this.problem = null;
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Takes over what the server said of the session. */
  take(view: SessionView): void {
    this.value = view;
    door.csrf = view.csrf;
  }

  /** As `take`, right after signing in: the pages come in the account's own language. */
  enter(view: SessionView): void {
    this.take(view);
    const language = view.account?.language;
    if (language === "ko" || language === "en") settings.locale = language;
  }

  /** Used without accounts, by whoever sits at the machine. */
  get open(): boolean {
    return this.value?.open ?? false;
  }

  /** May see the pages inside. */
  get inside(): boolean {
    return this.open || (this.value !== null && this.value.signed_in && !this.value.second_factor);
  }

  get account() {
    return this.inside ? (this.value?.account ?? null) : null;
  }

  get role(): Role {
    return this.value?.role ?? (this.open ? "owner" : "guest");
  }

  /** Whether they have a right, on a map where one is named. */
  may(right: Right, map?: string): boolean {
    if (this.open) return true;
    const onMap = this.role === "guest" && map ? this.value?.maps[map] : undefined;
    if (onMap) return right === "view" || (right === "comment" && onMap !== "viewer") || (right === "edit" && onMap === "editor");
    return this.value?.rights.includes(right) ?? false;
  }

  async signOut(): Promise<void> {
    await api.delete("/session");
    // A page loaded anew, so that nothing of what was seen stays in memory.
    location.assign("/sign-in");
  }

  #ask(): Promise<boolean> {
    if (!this.inside || this.open) return Promise.resolve(false);
    this.#asking ??= new Promise<boolean>((answer) => (this.asked = answer)).finally(() => {
      this.asked = null;
      this.#asking = null;
    });
    return this.#asking;
  }
}

export const session = new Session();
