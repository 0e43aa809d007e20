export type Scope = "view" | "edit" | "people" | "admin" | "metrics";

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  /** How the secret begins, to tell tokens apart. */
  hint: string;
  account: string;
  account_name: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface Tokens {
  tokens: Token[];
  /** What the reader may give a token. */
  scopes: Scope[];
}
