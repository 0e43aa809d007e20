import ELK from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { fromElk, type Drawing, type ElkGraph, type ElkResult } from "./graph";

let elk: InstanceType<typeof ELK> | null = null;

/** Starts the worker ahead of the first graph, while that is still being asked for. */
export function warm(): void {
  elk ??= new ELK({ workerUrl, workerFactory: (url?: string) => new Worker(url!) });
}

/** Lays a graph out in a worker, so that the page never waits for it. */
export async function layout(graph: ElkGraph): Promise<Drawing> {
  warm();
  return fromElk((await elk!.layout(graph as never)) as ElkResult);
}
