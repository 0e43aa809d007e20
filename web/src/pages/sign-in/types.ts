export type Role = "owner" | "admin" | "editor" | "commenter" | "viewer" | "guest";
export type Right = "view" | "comment" | "edit" | "people" | "admin" | "own";

/** What `GET /session`, signing in and every step of it answer. */
export interface SessionView {
  /** Used without accounts, by whoever sits at the machine. */
  open: boolean;
  /** There is an account; without one the first run's link makes the owner. */
  begun: boolean;
  signed_in: boolean;
  /** The password was right; the code is still to come. */
  second_factor: boolean;
  csrf: string;
  account: { id: string; name: string; email: string; language: string } | null;
  role: Role | null;
  rights: Right[];
  /** A guest's maps, and what they are on each. */
  maps: Record<string, Role>;
  /** Mail can be sent. */
  mail: boolean;
  second_factor_set: boolean;
}

/** What a link that works once gives. */
export interface Link {
  purpose: "owner" | "invitation" | "reset" | "email";
  email: string;
  role: Role | null;
  by: string;
  maps: Record<string, Role>;
  expires_at: string;
}

export interface Provider {
  id: string;
  name: string;
}
