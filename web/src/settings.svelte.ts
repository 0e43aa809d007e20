import { overwriteGetLocale } from "./paraglide/runtime.js";

export type Locale = "ko" | "en";
export type Theme = "light" | "dark" | "system";

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be switched off; the choice then lasts until the page is left.
  }
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

class Settings {
  #locale = $state<Locale>(document.documentElement.lang === "en" ? "en" : "ko");
  #theme = $state<Theme>((kept("giljabi.theme") as Theme | null) ?? "system");

  constructor() {
    prefersDark.addEventListener("change", () => this.#paint());
    // Paper is light.
    addEventListener("beforeprint", () => (document.documentElement.dataset.theme = "light"));
    addEventListener("afterprint", () => this.#paint());
  }

  get locale(): Locale {
    return this.#locale;
  }

  set locale(value: Locale) {
    this.#locale = value;
    document.documentElement.lang = value;
    keep("giljabi.locale", value);
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(value: Theme) {
    this.#theme = value;
    keep("giljabi.theme", value);
    this.#paint();
  }

  get dark(): boolean {
    return this.#theme === "dark" || (this.#theme === "system" && prefersDark.matches);
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.dark ? "dark" : "light";
  }
}

export const settings = new Settings();

// Messages read the locale through a signal, so a change of language redraws without loading anew.
overwriteGetLocale(() => settings.locale);
