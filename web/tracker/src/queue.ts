// Events wait in the browser's storage, each under a key of its own, until the server has acknowledged them. So
// they outlive the page, and tabs need no lock: what two of them send is one message to the server.

import { drop, get, names, put, random } from "./store.ts";

const WAITING = "q.";
const MOST_WAITING = 1000;
const SOON = 500;
/** The server knows a message again for 7 days; one that is older could be counted twice. */
const OLDEST = 6 * 864e5;
/** Of texts up to 3 bytes a character, so that the server's 500 KB hold them. */
const BATCH = { events: 100, characters: 16e4 };
/** Bytes: browsers take 64 KB of what is to be sent after the page is gone. */
const LEAVING = 6e4;
const LONGEST_PAUSE = 3e5;

let address = "";
let writeKey = "";
let timer: ReturnType<typeof setTimeout> | undefined;
let due = 0;
let failures = 0;
let sending: AbortController | undefined;
const underway = new Set<string>();

export function start(toAddress: string, key: string): void {
  address = toAddress;
  writeKey = key;
  if (names(WAITING).length) later(0);
}

export function add(message: object): void {
  const waiting = names(WAITING);
  for (const old of waiting.slice(0, Math.max(0, waiting.length + 1 - MOST_WAITING))) drop(old);
  put(WAITING + Date.now().toString(36) + "." + random(), JSON.stringify(message));
  later(failures ? Math.max(due - Date.now(), 0) : SOON);
}

export function forget(): void {
  sending?.abort();
  clearTimeout(timer);
  timer = undefined;
}

/** Sends what waits; `leaving` says that the page may be gone before an answer comes. */
export async function flush(leaving = false): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  if ((sending && !leaving) || !address) return;
  const { keys, body } = portion(leaving);
  if (!keys.length) return;
  const stop = new AbortController();
  sending = stop;
  keys.forEach((key) => underway.add(key));
  const pause = await post(body, stop.signal);
  keys.forEach((key) => underway.delete(key));
  if (sending === stop) sending = undefined;
  if (stop.signal.aborted) return;
  if (pause === null) {
    failures = 0;
    keys.forEach(drop);
    if (names(WAITING).length) later(0);
  } else {
    failures++;
    later(Math.max(pause, Math.min(LONGEST_PAUSE, 1000 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)));
  }
}

/** Posts a batch. Gives null where the server has settled it, else how long it asks us to wait, in milliseconds. */
async function post(body: string, signal: AbortSignal): Promise<number | null> {
  // Plain text needs no preflight request, which a page that is being left would not wait for.
  const headers = { "content-type": "text/plain" };
  const keepalive = new Blob([body]).size < LEAVING;
  try {
    const answer = await fetch(address, { method: "POST", body, headers, keepalive, signal, credentials: "omit" });
    if (answer.ok) return null;
    console.warn(`giljabi: the server answered ${answer.status}; see data-write-key and its page on refusals`);
    // What was bad once stays bad; a key may be made good, and a server may recover.
    const lasting = answer.status < 500 && ![401, 403, 408, 429].includes(answer.status);
    return lasting ? null : 1000 * (Number(answer.headers.get("retry-after")) || 0);
  } catch {
    return 0;
  }
}

function portion(leaving: boolean): { keys: string[]; body: string } {
  const keys: string[] = [];
  const batch: string[] = [];
  let room = leaving ? LEAVING / 3 : BATCH.characters;
  for (const key of names(WAITING)) {
    if (keys.length === BATCH.events) break;
    if (underway.has(key)) continue;
    const text = get(key) ?? "";
    if (!text || text.length > BATCH.characters || parseInt(key.slice(WAITING.length), 36) < Date.now() - OLDEST) {
      drop(key);
      continue;
    }
    if (text.length > room) break;
    room -= text.length;
    keys.push(key);
    batch.push(text);
  }
  const facts = JSON.stringify({ writeKey, sentAt: new Date().toISOString() });
  return { keys, body: `${facts.slice(0, -1)},"batch":[${batch.join()}]}` };
}

function later(wait: number): void {
  if (timer && due <= Date.now() + wait) return;
  clearTimeout(timer);
  due = Date.now() + wait;
  timer = setTimeout(() => void flush(), wait);
}
