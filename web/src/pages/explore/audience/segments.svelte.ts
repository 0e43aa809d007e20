import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problem";
import type { Segment } from "../../../api/types";
import type { Form } from "./form";

/** The segments of the workspace, read once and kept up to date with what is done here. */
class Segments {
  list = $state.raw<Segment[]>([]);
  problem = $state.raw<Problem | null>(null);
  ready = $state(false);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    return (this.#asked ??= this.reload());
  }

  async reload(): Promise<void> {
    try {
      this.list = (await api.segments()).segments;
      this.problem = null;
      this.ready = true;
    } catch (error) {
      this.problem = asProblem(error);
      this.#asked = null;
    }
  }

  name(id: string): string | null {
    return this.list.find((one) => one.id === id)?.name ?? null;
  }

  async save(name: string, audience: Form, id?: string): Promise<Segment> {
    const kept = id ? await api.saveSegment(id, { name, audience }) : await api.addSegment({ name, audience });
    await this.reload();
    return kept;
  }

  async remove(id: string): Promise<void> {
    await api.deleteSegment(id);
    await this.reload();
  }
}

export const segments = new Segments();
