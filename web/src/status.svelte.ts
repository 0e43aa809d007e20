import { api } from "./api/client";
import { Question } from "./api/loader.svelte";
import type { Status } from "./api/types";

/** What the server holds, shared by the frame and the pages. */
class WorkspaceStatus extends Question<Status> {
  reload(): Promise<Status | null> {
    return this.ask((signal) => api.status(signal));
  }
}

export const status = new WorkspaceStatus();
