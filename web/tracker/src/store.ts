// What the visitor's browser keeps. Where it keeps nothing, as in some private windows, this page's memory does.

const OURS = "giljabi.";
const memory: Record<string, string> = {};

function disk(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export function get(name: string): string | null {
  return memory[OURS + name] ?? disk()?.getItem(OURS + name) ?? null;
}

export function put(name: string, value: string): void {
  try {
    localStorage.setItem(OURS + name, value);
  } catch {
    memory[OURS + name] = value;
  }
}

export function drop(name: string): void {
  delete memory[OURS + name];
  disk()?.removeItem(OURS + name);
}

/** The names that begin so, in order. */
export function names(prefix: string): string[] {
  return [...Object.keys(memory), ...Object.keys(disk() ?? {})]
    .filter((name) => name.startsWith(OURS + prefix))
    .map((name) => name.slice(OURS.length))
    .sort();
}

/** 128 random bits; `crypto.randomUUID` is there on https pages only. */
export function random(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
