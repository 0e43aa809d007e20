import { m } from "../../../paraglide/messages.js";
import type { Scope } from "./types";

const names: Record<Scope, () => string> = {
  view: m.keys_scope_view, edit: m.keys_scope_edit, people: m.keys_scope_people, admin: m.keys_scope_admin, metrics: m.keys_scope_metrics,
};
const abouts: Record<Scope, () => string> = {
  view: m.keys_scope_view_about, edit: m.keys_scope_edit_about, people: m.keys_scope_people_about,
  admin: m.keys_scope_admin_about, metrics: m.keys_scope_metrics_about,
};

export const scopeName = (scope: Scope) => names[scope]?.() ?? scope;
export const scopeAbout = (scope: Scope) => abouts[scope]?.() ?? "";
