export interface Period {
  /** Empty for what came by files. */
  source: string;
  name: string;
  days: number | null;
  applied_at: string | null;
  removed: number;
}

export interface WouldGo {
  events: number;
  feedback: number;
}

export type Action = "drop" | "hash";

export interface FieldRule {
  id: string;
  source: string;
  field: string;
  action: Action;
}

export interface Tried {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}
