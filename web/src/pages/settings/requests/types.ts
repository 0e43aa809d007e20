export type RequestKind = "access" | "erasure";

export interface PlaceCount {
  place: string;
  what: string;
  count: number;
}

export interface RequestPreview {
  customer: string;
  identifiers: { kind: string; value: string; shared: boolean }[];
  counts: PlaceCount[];
}

export interface PrivacyRequest {
  id: string;
  kind: RequestKind;
  state: "open" | "running" | "done" | "failed";
  customer: string;
  note: string;
  steps: string[];
  done: string[];
  counts: PlaceCount[];
  left: string[];
  error: string;
  created_at: string;
  due_at: string;
  done_at: string | null;
  files_until: string | null;
}

export interface Requests {
  requests: PrivacyRequest[];
  kept_out: number;
}
