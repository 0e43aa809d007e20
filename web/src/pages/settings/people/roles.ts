import { m } from "../../../paraglide/messages.js";
import type { Role } from "../../sign-in/types";

const names: Record<Role, () => string> = {
  owner: m.role_owner, admin: m.role_admin, editor: m.role_editor, commenter: m.role_commenter, viewer: m.role_viewer, guest: m.role_guest,
};
const abouts: Record<Role, () => string> = {
  owner: m.role_owner_about, admin: m.role_admin_about, editor: m.role_editor_about,
  commenter: m.role_commenter_about, viewer: m.role_viewer_about, guest: m.role_guest_about,
};

export const ROLES: Role[] = ["owner", "admin", "editor", "commenter", "viewer", "guest"];

/** What a guest may be on a map. */
export const GUEST_ROLES: Role[] = ["viewer", "commenter", "editor"];

export const roleName = (role: Role) => names[role]?.() ?? role;
export const roleAbout = (role: Role) => abouts[role]?.() ?? "";

/** The roles that someone may give: nobody gives more than they have. */
export const givable = (mine: Role) => (mine === "owner" ? ROLES : mine === "admin" ? ROLES.slice(1) : []);
