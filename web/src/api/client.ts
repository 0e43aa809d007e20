import { settings } from "../settings.svelte";
import { door } from "./door";
import { Problem, readProblem } from "./problem";
import type * as T from "./types";

const BASE = "/api/v1";

/** The server tells problems, mistakes and reasons in the language the pages are in. */
const spoken = (method: string): Record<string, string> => ({
  accept: "application/json", "accept-language": settings.locale, ...(method === "GET" || !door.csrf ? {} : { "x-csrf-token": door.csrf }),
});

/** Whether the same may be asked again: a session that ran out loses nothing of what was typed. */
async function mended(problem: Problem): Promise<boolean> {
  if (problem.type === "csrf") {
    await door.renew();
    return true;
  }
  return problem.type === "sign-in-needed" && (await door.signInHere());
}

async function ask<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal, again = true): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      signal,
      // A form names its own type, with the line that parts it.
      headers: body === undefined || body instanceof FormData ? spoken(method) : { ...spoken(method), "content-type": "application/json" },
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0);
  }
  const text = await response.text();
  if (!response.ok) {
    const problem = readProblem(response.status, text, response.headers.get("retry-after"));
    if (again && !path.startsWith("/session") && (await mended(problem))) return ask(method, path, body, signal, false);
    // Their role may have changed meanwhile; the pages then offer what it still allows.
    if (problem.type === "not-allowed") void door.renew();
    throw problem;
  }
  return (text ? JSON.parse(text) : undefined) as Answer;
}

const part = encodeURIComponent;

export const api = {
  status: (signal?: AbortSignal) => ask<T.Status>("GET", "/status", undefined, signal),
  log: (signal?: AbortSignal) => ask<T.LogSummary>("GET", "/log", undefined, signal),

  maps: (signal?: AbortSignal) => ask<{ maps: T.MapRow[] }>("GET", "/maps", undefined, signal),
  map: (id: string, signal?: AbortSignal) => ask<T.MapDocument>("GET", `/maps/${part(id)}`, undefined, signal),
  createMap: (text: string) => ask<{ id: string }>("POST", "/maps", { text }),
  validateMap: (text: string, signal?: AbortSignal) => ask<{ ok: boolean; mistakes: T.Mistake[] }>("POST", "/maps/validate", { text }, signal),
  proposeMap: (wish: { max_stages?: number; title?: string }) =>
    ask<{ id: string; fitness: number; exact: number }>("POST", "/maps/propose", wish),
  saveMap: (id: string, text: string) => ask<unknown>("PUT", `/maps/${part(id)}`, { text }),
  deleteMap: (id: string) => ask<unknown>("DELETE", `/maps/${part(id)}`),
  check: (id: string, signal?: AbortSignal) => ask<T.CheckView>("GET", `/maps/${part(id)}/check`, undefined, signal),
  evidence: (id: string, stage: string, index: number, signal?: AbortSignal) =>
    ask<T.Evidence>("GET", `/maps/${part(id)}/claims/${part(stage)}/${index}/evidence`, undefined, signal),

  /** Any question of `/questions`; each question's folder gives it its types. */
  question: <Answer>(name: string, question: object, signal?: AbortSignal) => ask<Answer>("POST", `/questions/${name}`, question, signal),
  graph: (question: { coverage?: number; filters?: T.Filters }, signal?: AbortSignal) =>
    ask<T.Graph>("POST", "/questions/graph", question, signal),
  variants: (question: { top: number; filters?: T.Filters }, signal?: AbortSignal) =>
    ask<T.Variants>("POST", "/questions/variants", question, signal),
  funnel: (
    question: { steps: string[][]; within_ms: number | null; order: T.Order; by: string | null; filters?: T.Filters },
    signal?: AbortSignal,
  ) => ask<T.Funnel>("POST", "/questions/funnel", question, signal),

  /** Any address of the API; the folder that asks knows the types. */
  get: <Answer>(path: string, signal?: AbortSignal) => ask<Answer>("GET", path, undefined, signal),
  post: <Answer>(path: string, body: object = {}, signal?: AbortSignal) => ask<Answer>("POST", path, body, signal),
  put: <Answer>(path: string, body: object) => ask<Answer>("PUT", path, body),
  delete: (path: string) => ask<unknown>("DELETE", path),

  segments: (signal?: AbortSignal) => ask<{ segments: T.Segment[] }>("GET", "/segments", undefined, signal),
  addSegment: (segment: { name: string; audience: object }) => ask<T.Segment>("POST", "/segments", segment),
  saveSegment: (id: string, segment: { name: string; audience: object }) => ask<T.Segment>("PUT", `/segments/${part(id)}`, segment),
  deleteSegment: (id: string) => ask<unknown>("DELETE", `/segments/${part(id)}`),
  audienceSize: (audience: object, signal?: AbortSignal) => ask<T.AudienceSize>("POST", "/segments/preview", { audience }, signal),

  imports: (signal?: AbortSignal) => ask<{ imports: T.ImportRow[] }>("GET", "/imports", undefined, signal),
  import: (id: string, signal?: AbortSignal) => ask<T.ImportRow>("GET", `/imports/${part(id)}`, undefined, signal),
  startImport: (id: string, start: { kind: T.ImportKind; roles: Record<string, string> }) =>
    ask<unknown>("POST", `/imports/${part(id)}/start`, start),
  rejectsUrl: (id: string) => `${BASE}/imports/${part(id)}/rejects`,
};

/** Sends a file; `progress` hears the share sent so far, which `fetch` cannot tell. */
export async function uploadFile(file: File, progress: (share: number) => void): Promise<T.ImportPreview> {
  try {
    return await sendFile(file, progress);
  } catch (error) {
    if (error instanceof Problem && (await mended(error))) return sendFile(file, progress);
    throw error;
  }
}

function sendFile(file: File, progress: (share: number) => void): Promise<T.ImportPreview> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}/imports?filename=${part(file.name)}`);
    for (const [name, value] of Object.entries(spoken("POST"))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Problem(0));
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T.ImportPreview);
      else reject(readProblem(request.status, request.responseText, request.getResponseHeader("retry-after")));
    };
    request.send(form);
  });
}
