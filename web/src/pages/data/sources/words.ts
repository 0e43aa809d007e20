import { m } from "../../../paraglide/messages.js";
import type { Roles, SourceKind, What } from "./types";

interface KindWords {
  name: () => string;
  about: () => string;
}

const KINDS: Record<string, KindWords> = {
  http: { name: m.sources_kind_http, about: m.sources_about_http },
  webhook: { name: m.sources_kind_webhook, about: m.sources_about_webhook },
  folder: { name: m.sources_kind_folder, about: m.sources_about_folder },
  sql: { name: m.sources_kind_sql, about: m.sources_about_sql },
  nats: { name: m.sources_kind_nats, about: m.sources_about_nats },
  mqtt: { name: m.sources_kind_mqtt, about: m.sources_about_mqtt },
  feed: { name: m.sources_kind_feed, about: m.sources_about_feed },
  mailbox: { name: m.sources_kind_mailbox, about: m.sources_about_mailbox },
};

export const kindName = (kind: string) => KINDS[kind]?.name() ?? kind;
export const kindAbout = (kind: string) => KINDS[kind]?.about() ?? "";

/** The order in which kinds are offered: what most begin with comes first. */
const ORDER = ["http", "sql", "folder", "webhook", "feed", "mailbox", "nats", "mqtt"];
export const offered = (kinds: SourceKind[]) => [...kinds].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

const FIELDS: Record<string, () => string> = {
  url: m.sources_field_url, table: m.sources_field_table, query: m.sources_field_query, cursor: m.sources_field_cursor,
  key: m.sources_field_key, overlap: m.sources_field_overlap, signature: m.sources_field_signature, secret: m.sources_field_secret,
  header: m.sources_field_header, tolerance: m.sources_field_tolerance, records: m.sources_field_records, example: m.sources_field_example,
  channel: m.role_channel, folder: m.sources_field_folder, pattern: m.sources_field_pattern, changed: m.sources_field_changed,
  access_key: m.sources_field_access_key, access_secret: m.sources_field_access_secret, endpoint: m.sources_field_endpoint,
  topics: m.sources_field_topics, user: m.sources_field_user, password: m.sources_field_password, authority: m.sources_field_authority,
  version: m.sources_field_version, stream: m.sources_field_stream, subject: m.sources_field_subject, token: m.sources_field_token,
  begin: m.sources_field_begin, afterwards: m.sources_field_afterwards, format: m.sources_field_format, authorization: m.sources_field_authorization, what: m.sources_field_what,
  event_name: m.sources_field_event_name, kind: m.role_kind, score: m.role_score, lowest: m.sources_field_lowest, highest: m.sources_field_highest,
  touchpoint: m.role_touchpoint, host: m.sources_field_host, port: m.sources_field_port, security: m.sources_field_security,
  time_zone: m.sources_field_time_zone, items: m.sources_field_records,
  next: m.sources_field_next, next_parameter: m.sources_field_next_parameter, order: m.sources_field_order,
};

export const fieldName = (kind: string, name: string) => (kind === "mailbox" && name === "folder" ? m.sources_field_mail_folder() : (FIELDS[name]?.() ?? name));

const HINTS: Record<string, () => string> = {
  "sql.url": m.sources_hint_sql_url, "sql.table": m.sources_hint_sql_table, "sql.query": m.sources_hint_sql_query, "sql.cursor": m.sources_hint_sql_cursor,
  "sql.key": m.sources_hint_sql_key, "sql.overlap": m.sources_hint_sql_overlap,
  "http.channel": m.sources_hint_http_channel,
  "webhook.secret": m.sources_hint_webhook_secret, "webhook.header": m.sources_hint_webhook_header, "webhook.tolerance": m.sources_hint_webhook_tolerance,
  "webhook.records": m.sources_hint_records, "webhook.example": m.sources_hint_webhook_example, "feed.items": m.sources_hint_records,
  "folder.folder": m.sources_hint_folder, "folder.pattern": m.sources_hint_folder_pattern, "folder.access_key": m.sources_hint_folder_access, "folder.changed": m.sources_hint_folder_changed,
  "feed.url": m.sources_hint_feed_url, "nats.url": m.sources_hint_nats_url, "mqtt.url": m.sources_hint_mqtt_url, "mqtt.topics": m.sources_hint_mqtt_topics,
};

export const hintOf = (kind: string, name: string) => HINTS[`${kind}.${name}`]?.() ?? "";

const EXAMPLES: Record<string, string> = {
  "sql.url": "postgresql://user:password@host/shop", "sql.table": "orders", "sql.query": "SELECT …", "folder.folder": "/exports · s3://bucket/exports",
};

export const exampleOf = (kind: string, name: string) => EXAMPLES[`${kind}.${name}`] ?? "";

const CHOICES: Record<string, () => string> = {
  "signature.plain": m.sources_choice_plain, "signature.standard": m.sources_choice_standard,
  "what.events": m.kind_events, "what.feedback": m.kind_feedback, "what.customers": m.sources_what_customers,
  "afterwards.leave": m.sources_choice_leave, "afterwards.read": m.sources_choice_mark_read, "afterwards.delete": m.sources_choice_delete,
  "security.plain": m.sources_choice_no_encryption,
  "changed.take": m.sources_choice_take, "changed.leave": m.sources_choice_leave,
  "begin.all": m.sources_choice_begin_all, "begin.new": m.sources_choice_begin_new,
  "order.newest_first": m.sources_choice_newest, "order.oldest_first": m.sources_choice_oldest,
  "kind.rating": m.sources_choice_rating, "kind.text": m.role_text,
};
const PROPER: Record<string, string> = {
  tls: "TLS", starttls: "STARTTLS", github: "GitHub (sha256=…)", stripe: "Stripe (t=…, v1=…)", feed: "RSS · Atom", json: "JSON", nps: "NPS", csat: "CSAT", ces: "CES",
};

export const choiceName = (field: string, value: string) => CHOICES[`${field}.${value}`]?.() ?? PROPER[value] ?? value;

/** Settings most leave as they are. */
const ADVANCED = new Set([
  "query", "key", "overlap", "header", "tolerance", "records", "endpoint", "authority", "version", "lowest", "highest", "touchpoint", "host", "time_zone",
  "items", "next", "next_parameter", "order", "authorization", "kind", "score", "event_name", "token", "subject",
]);

export const isAdvanced = (kind: string, name: string, required: boolean) =>
  !required && ADVANCED.has(name) && !(kind === "mailbox" && name === "host");

export const LONG = new Set(["query", "example"]);

export const SCHEDULES: { every: number | null; text: () => string }[] = [
  { every: 300, text: m.sources_every_5_minutes },
  { every: 3600, text: m.sources_every_hour },
  { every: 86400, text: m.sources_every_day },
  { every: null, text: m.sources_by_hand },
];

export const WHATS: { value: What; text: () => string }[] = [
  { value: "events", text: m.kind_events },
  { value: "feedback", text: m.kind_feedback },
  { value: "customers", text: m.sources_what_customers },
];

export const IDENTIFIERS: { kind: string; text: () => string }[] = [
  { kind: "user_id", text: m.sources_id_user },
  { kind: "anonymous_id", text: m.sources_id_anonymous },
  { kind: "email", text: m.sources_id_email },
  { kind: "phone", text: m.sources_id_phone },
  { kind: "device", text: m.sources_id_device },
];

type Part = "event" | "time" | "channel" | "value" | "kind" | "score" | "text" | "touchpoint" | "id";

export const PARTS: Record<What, { part: Part; text: () => string; needed: boolean }[]> = {
  events: [
    { part: "event", text: m.role_event, needed: true }, { part: "time", text: m.role_time, needed: false }, { part: "channel", text: m.role_channel, needed: false },
    { part: "value", text: m.role_value, needed: false }, { part: "id", text: m.sources_role_id, needed: false },
  ],
  feedback: [
    { part: "time", text: m.role_time, needed: false }, { part: "kind", text: m.role_kind, needed: false }, { part: "score", text: m.role_score, needed: false },
    { part: "text", text: m.role_text, needed: false }, { part: "touchpoint", text: m.role_touchpoint, needed: false }, { part: "id", text: m.sources_role_id, needed: false },
  ],
  customers: [{ part: "time", text: m.role_time, needed: false }, { part: "id", text: m.sources_role_id, needed: false }],
};

/** What the roles of a source still miss, in words. */
export function missingOf(roles: Roles): string[] {
  const missing: string[] = [];
  if (!Object.values(roles.identifiers).some(Boolean)) missing.push(m.role_customer());
  if (roles.what === "events" && !roles.event && !roles.event_name) missing.push(m.role_event());
  if (roles.what === "feedback" && !roles.score && !roles.text) missing.push(m.sources_score_or_text());
  return missing;
}

/** Roles without the parts that nobody chose. */
export function plain(roles: Roles): Roles {
  const chosen = Object.entries(roles).filter(([, value]) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0));
  const identifiers = Object.fromEntries(Object.entries(roles.identifiers).filter(([, column]) => column));
  return { ...(Object.fromEntries(chosen) as unknown as Roles), identifiers };
}
