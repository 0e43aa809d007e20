import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { funnel, graph, logSummary, variants } from "./answers.ts";
import { check, evidence } from "./check.ts";
import { importList, importStep, preview } from "./imports.ts";
import { map, text as mapText } from "./shop.ts";
import type { MapRow } from "../src/api/types";

// The policy the server will send; a page that breaks it must be seen to break here.
const POLICY = "default-src 'self'; style-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'";

const texts = new Map([["shop", mapText], ["proposal", mapText.replace("온라인 쇼핑몰 첫 구매", "데이터가 제안한 지도")]]);

const rows = (): MapRow[] => [
  { id: "shop", title: map.title, persona: "처음 사는 민지", perspective: "inside-out", stages: 9, claims: 11, verdicts: check.verdicts, coverage: 0.943, updated_at: "2026-11-21T13:02:00Z", checked_at: check.checked_at },
  { id: "proposal", title: "데이터가 제안한 지도", persona: "", perspective: "outside-in", stages: 8, claims: 4, verdicts: { supported: 4, contradicted: 0, undecided: 0, unchecked: 0 }, coverage: 0.988, updated_at: "2026-11-20T08:30:00Z", checked_at: "2026-11-21T14:55:00Z" },
  { id: "helpdesk", title: "헬프데스크 문의 처리", persona: "사내 사용자", perspective: "inside-out", stages: 4, claims: 3, verdicts: { supported: 0, contradicted: 0, undecided: 0, unchecked: 3 }, coverage: null, updated_at: "2026-11-14T02:00:00Z", checked_at: null },
];

function mistakes(text: string) {
  const found = [];
  for (const [i, line] of text.split("\n").entries()) {
    const wrong = line.match(/\b(at_lest|stagse|clams)\b/);
    if (wrong) found.push({ line: i + 1, column: (wrong.index ?? 0) + 1, message: `unknown key '${wrong[1]}'`, hint: "did you mean 'at_least'?" });
    if (line.includes("\t")) found.push({ line: i + 1, column: line.indexOf("\t") + 1, message: "a tab stands where spaces must", hint: "indent with two spaces" });
  }
  if (!/^title:/m.test(text)) found.push({ line: 1, column: 1, message: "the map has no title", hint: "begin with 'title: …'" });
  return found;
}

type Reply = { status?: number; body: unknown; type?: string };
const problem = (status: number, title: string, detail: string, more: object = {}): Reply =>
  ({ status, body: { type: "about:blank", title, status, detail, ...more }, type: "application/problem+json" });

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function answer(request: IncomingMessage, url: URL): Promise<Reply> {
  const path = url.pathname.replace("/api/v1", "");
  const method = request.method ?? "GET";
  const raw = method === "GET" ? Buffer.alloc(0) : await read(request);
  const json = () => JSON.parse(raw.toString() || "{}");
  const empty = (request.headers.referer ?? "").includes("empty=1");

  if (path === "/session")
    return { body: { open: true, begun: false, signed_in: true, second_factor: false, csrf: "", account: null, role: "owner", rights: [], maps: {}, mail: false, second_factor_set: false } };
  if (path === "/status") return { body: { version: "0.1.0", workspace: "민들레상점", log: empty ? null : logSummary(), busy: false } };
  if (path === "/log") return empty ? problem(404, "No log", "there is no event log yet") : { body: logSummary() };
  if (path === "/maps" && method === "GET") return { body: { maps: empty ? [] : rows() } };
  if (path === "/maps/validate") return { body: { ok: mistakes(json().text).length === 0, mistakes: mistakes(json().text) } };
  if (path === "/maps/propose") return { status: 201, body: { id: "proposal", fitness: 0.91, exact: 0.52 } };
  if (path === "/maps" && method === "POST") {
    const found = mistakes(json().text);
    return found.length ? problem(422, "Map mistakes", `${found.length} mistakes`, { mistakes: found }) : { status: 201, body: { id: "shop" } };
  }
  const [, , id = "", ...rest] = path.split("/");
  if (path.startsWith("/maps/")) {
    const text = texts.get(id);
    if (id === "helpdesk" && rest[0] === "check") return problem(409, "There are no events yet", "there is no event log yet");
    if (!text && id !== "helpdesk") return problem(404, "No such map", `no map has the id '${id}'`);
    if (method === "PUT") {
      const found = mistakes(json().text);
      if (found.length) return problem(422, "Map mistakes", `${found.length} mistakes`, { mistakes: found });
      texts.set(id, json().text);
      return { body: { id } };
    }
    if (method === "DELETE") return { status: 204, body: undefined };
    if (rest[0] === "check") return { body: check };
    if (rest[0] === "claims") return { body: evidence(rest[1]!, Number(rest[2])) };
    return { body: { id, text: text ?? mapText, map, updated_at: "2026-11-21T13:02:00Z" } };
  }
  if (path === "/questions/graph") return { body: graph(json()) };
  if (path === "/questions/variants") return { body: variants(json()) };
  if (path === "/questions/funnel") return { body: funnel(json()) };
  if (path === "/imports" && method === "POST") {
    const name = url.searchParams.get("filename") ?? "events.csv";
    return name.endsWith(".exe") ? problem(422, "Unreadable file", `${name}: no known format`) : { status: 201, body: preview(name, raw.length) };
  }
  if (path === "/imports") return { body: { imports: empty ? [] : importList() } };
  if (rest[0] === "rejects") return { body: "line,reason,row\n12,bad_time,\"c1,어제,visit\"\n", type: "text/csv" };
  if (path.startsWith("/imports/")) return { status: rest[0] === "start" ? 202 : 200, body: importStep(id, rest[0] === "start") };
  return problem(404, "Not found", path);
}

function middleware(delay: number): Connect.NextHandleFunction {
  return (request: IncomingMessage, response: ServerResponse, next) => {
    const url = new URL(request.url ?? "/", "http://here");
    if (!url.pathname.startsWith("/api/")) return next();
    void answer(request, url).then(({ status = 200, body, type = "application/json" }) => {
      setTimeout(() => {
        response.writeHead(status, { "content-type": type });
        response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
      }, delay);
    });
  };
}

/** Answers `/api/v1` from invented data, for looking at the pages without a server. */
export function fixtureApi(): Plugin {
  return {
    name: "giljabi-fixtures",
    configureServer: (server) => void server.middlewares.use(middleware(150)),
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader("content-security-policy", POLICY);
        next();
      });
      server.middlewares.use(middleware(Number(process.env.FIXTURE_DELAY ?? 60)));
    },
  };
}
