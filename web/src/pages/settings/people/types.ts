import type { Role } from "../../sign-in/types";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  enabled: boolean;
  second_factor: boolean;
  has_password: boolean;
  created_at: string;
  last_seen_at: string | null;
  maps: Record<string, Role>;
}

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  maps: Record<string, Role>;
  made_by: string;
  created_at: string;
  expires_at: string;
  mailed: boolean;
  /** Why it could not be mailed. */
  problem: string;
  /** For the link, where no mail went out; only right after making. */
  token: string | null;
}

export interface MapGuest {
  account: string;
  email: string;
  name: string;
  role: Role;
}
