export interface Entry {
  id: number;
  at: string;
  account: string;
  /** Who it was, by the name they had then. */
  actor: string;
  token: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  address: string;
}

export interface Entries {
  entries: Entry[];
  next: number | null;
}
