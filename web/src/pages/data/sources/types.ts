export type Way = "sent" | "pulled" | "listened";

export interface Source {
  id: string;
  kind: string;
  way: Way;
  name: string;
  settings: Record<string, unknown>;
  third_party: number;
  every: number | null;
  enabled: boolean;
  /** Null for readers who may not make another. */
  write_key: string | null;
  /** Its last four letters. */
  write_key_end: string | null;
  address: string | null;
  accepted: number;
  refused: number;
  /** Calls that consent keeps out. */
  declined: number;
  waiting: boolean;
  last_run_at: string | null;
  last_ok_at: string | null;
  last_event_at: string | null;
  last_error: string;
  created_at: string;
}

export interface SourceField {
  name: string;
  kind: "text" | "secret" | "number" | "truth" | "choice" | "roles";
  required: boolean;
  default: unknown;
  choices: string[];
}

export interface SourceKind {
  kind: string;
  way: Way;
  third_party: number;
  fields: SourceField[];
  missing: string;
}

export interface Look {
  columns: { name: string; type: string; examples: string[] }[];
  rows: Record<string, string | null>[];
  roles: Roles;
  missing: string[];
  problems: string[];
}

export type What = "events" | "feedback" | "customers";

/** Which column is what; parts that are left out are absent. */
export interface Roles {
  what: What;
  identifiers: Record<string, string>;
  event?: string | null;
  event_name?: string | null;
  time?: string | null;
  channel?: string | null;
  value?: string | null;
  kind?: string | null;
  score?: string | null;
  text?: string | null;
  touchpoint?: string | null;
  id?: string | null;
  time_zone?: string | null;
  day_first?: boolean | null;
  drop?: string[];
}

/** What a form holds: the settings of a kind, and what every source has. */
export interface Draft {
  name: string;
  settings: Record<string, unknown>;
  every: number | null;
  third_party: number;
}
