import type { Mistake } from "./types";

/** What the server says went wrong (RFC 9457), or what kept us from asking it. */
export class Problem extends Error {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly mistakes: Mistake[];
  readonly reasons: Record<string, number>;
  /** How long to wait before trying again; 0 where the server does not say. */
  readonly seconds: number;

  constructor(status: number, body: Partial<ProblemBody> = {}, retryAfter: string | null = null) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.type = body.type ?? "about:blank";
    this.title = body.title ?? "";
    this.mistakes = body.mistakes ?? [];
    this.reasons = body.reasons ?? {};
    this.seconds = Number(retryAfter) || 0;
  }

  /** The server was not reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

interface ProblemBody {
  type: string;
  title: string;
  detail: string;
  mistakes: Mistake[];
  reasons: Record<string, number>;
}

/** Reads a problem from any failed answer, whatever its body. */
export function readProblem(status: number, text: string, retryAfter: string | null = null): Problem {
  try {
    const body: unknown = JSON.parse(text);
    if (body && typeof body === "object") return new Problem(status, body as Partial<ProblemBody>, retryAfter);
  } catch {
    // A proxy may answer with a page; its status still tells what happened.
  }
  return new Problem(status, {}, retryAfter);
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, { detail: error instanceof Error ? error.message : String(error) });
}
