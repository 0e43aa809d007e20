import type { Role } from "../../sign-in/types";

export interface AccountView {
  id: string;
  email: string;
  name: string;
  language: string;
  role: Role;
  has_password: boolean;
  second_factor: boolean;
  /** How many are left. */
  recovery_codes: number;
  created_at: string;
  password_changed_at: string;
  last_seen_at: string | null;
}

export interface SetUp {
  secret: string;
  uri: string;
  size: number;
  /** The dark modules, within a square of `size`. */
  path: string;
}

export interface SessionRow {
  id: string;
  address: string;
  agent: string;
  created_at: string;
  seen_at: string;
  expires_at: string;
  current: boolean;
}
