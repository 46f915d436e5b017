/** What a trial of an import found: counts, rows with their changes, what is wrong with cells. */
import type { FieldChange } from "./timeline";

export type Outcome = "created" | "updated" | "unchanged" | "skipped" | "duplicate" | "error";

export interface Counts {
  create: number;
  update: number;
  unchanged: number;
  skip: number;
  duplicate: number;
  alike: number;
  error: number;
  linked: number;
  unlinked: number;
  lines: number;
  /** By object: records made because cells name them. */
  made: Record<string, number>;
}

export interface CellFault {
  column?: string;
  code: string;
  message: string;
  value?: string;
}

export interface Reason extends CellFault {
  rows: number;
}

export interface FaultyRow {
  row: number;
  line: number;
  outcome: "duplicate" | "error";
  cells: Record<string, string>;
  errors: CellFault[];
}

export interface TriedRow {
  row: number;
  line: number;
  outcome: Exclude<Outcome, FaultyRow["outcome"]>;
  cells: Record<string, string>;
  record: string | null;
  title: string | null;
  changes: FieldChange[];
}

export interface Preview {
  state: "running" | "done" | "failed";
  done: number;
  total: number;
  counts: Counts | null;
  /** Rows that wait for an answer to a question. */
  needed: number;
  rows: TriedRow[];
  errors: FaultyRow[];
  reasons: Reason[];
  failure: { code: string; message: string } | null;
}
