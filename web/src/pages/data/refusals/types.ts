export interface RefusalCount {
  reason: string;
  source: string;
  source_name: string;
  count: number;
}

export interface Refusal {
  id: number;
  source: string;
  source_name: string;
  received_at: string;
  reason: string;
  detail: string;
  event: string | null;
  body: string;
}

export interface Counts {
  counts: RefusalCount[];
  days: number;
}

export interface RefusalPage {
  refusals: Refusal[];
  next: number | null;
}

export interface Replayed {
  accepted: number;
  refused: number;
}
