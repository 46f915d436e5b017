/** Imports: a file that was brought, how its columns are mapped, what it would do, how far it is. */
import { answered, api } from "./client";
import { sendForm, type Ways } from "./files";
import type { Fault } from "./problem";
import type { Counts, FaultyRow, Preview } from "./trials";
import type { TakenBack } from "./write";

export type { CellFault, Counts, FaultyRow, Outcome, Preview, Reason, TriedRow } from "./trials";

export type ImportState = "draft" | "running" | "done" | "cancelled" | "failed";
export type ImportMode = "create" | "update" | "both";

/** One field a column fills, and how its cells are read. */
export interface Rule {
  field: string;
  /** Whole cells replaced before they are read; null leaves the field blank. */
  values?: Record<string, string | null>;
  format?: string[];
  scale?: string | null;
  /** Put before every text. */
  prefix?: string | null;
  /** What divides the words of a cell that holds several. */
  split?: string | null;
  /** Words that `values` does not name. */
  others?: "keep" | "refuse" | "blank";
  reference?: { by?: string; create_missing?: boolean } | null;
  [more: string]: unknown;
}

export interface Mapping {
  columns: Record<string, Rule[]>;
  match?: string[];
  mode?: ImportMode;
  null?: string[];
  constants?: Record<string, unknown>;
  totals?: "leave_out" | "keep";
  [more: string]: unknown;
}

export interface Guess {
  column: string;
  field: string;
  confidence: number;
  by: string;
}

export interface FillableField {
  key: string;
  label: string;
  type: string;
  required: boolean;
  unique: boolean;
  /** It can recognise a record. */
  match: boolean;
  /** False: the platform gives it (ids, numbers); it recognises records and nothing else. */
  fills?: boolean;
  /** The field of lines it belongs to. */
  lines: string | null;
}

export interface ImportSummary {
  id: string;
  object: string;
  file: { name: string; size: number };
  state: ImportState;
  taken_back: boolean;
  automations: "run" | "quiet";
  rows: number;
  progress: { done: number; total: number; sweep: number };
  counts: Counts;
  failure: { code: string; message: string } | null;
  started_at: string;
  changed_at: string;
}

/** A word of a column that is no option of the field, and the option it may mean. */
export interface ProposedWord {
  field: string;
  value: string;
  option: string | null;
  sure: boolean;
}

export interface ImportColumn {
  column: string;
  fields: string[];
  guess: Guess | null;
  samples: string[];
  words: ProposedWord[];
}

/** What must be answered before it begins. */
export interface Question extends Fault {
  /** Of a day: `{format, date}` for its example. */
  readings?: { format: string; date: string }[];
  /** Of a required field: its key, its name, the columns that might fill it. */
  field?: string;
  columns?: string[];
  /** Of a key: unique columns that some rows leave blank. */
  passed?: string[];
}

export interface ImportDocument extends ImportSummary {
  sheet: string | null;
  sheets: string[];
  header_row: number;
  header_rows: number;
  header_by: string;
  encoding: string | null;
  delimiter: string | null;
  /** The first rows of the file as they stand. */
  top: string[][];
  /** Rows that look like sums, left out or not, and the first of them. */
  totals: { rows: number; first: { line: number; text: string }[] };
  columns: ImportColumn[];
  fields: FillableField[];
  mapping: Mapping;
  questions: Question[];
  /** What to know before it begins: nothing of it needs an answer. */
  notices?: Question[];
  preview: Preview | null;
  /** Changesets of automations that it set off. */
  consequences: number;
}

export interface Layout {
  sheet?: string;
  header_row?: number;
  header_rows?: number;
  encoding?: string;
  delimiter?: string;
}

export const importKeys = {
  all: ["imports"] as const,
  list: ["imports", "list"] as const,
  one: (id: string) => ["imports", "one", id] as const,
  errors: (id: string) => ["imports", "errors", id] as const,
};

const path = (id: string) => ({ path: { import_id: id } });

/** Bring a file; the answer says what importing it would do. */
export function bring(file: File, object: string, ways: Ways = {}): Promise<ImportDocument> {
  const form = new FormData();
  form.append("object", object);
  form.append("file", file, file.name);
  return sendForm("/api/imports", form, ways);
}

export function readImport(id: string, signal?: AbortSignal): Promise<ImportDocument> {
  return answered(api.GET("/api/imports/{import_id}", { params: path(id), signal } as never));
}

export interface ImportPage {
  items: ImportSummary[];
  next: string | null;
}

export function readImports(before?: string, signal?: AbortSignal): Promise<ImportPage> {
  const params = { query: { before, limit: 30 } };
  return answered(api.GET("/api/imports", { params, signal } as never));
}

export function saveMapping(id: string, mapping: Mapping): Promise<ImportDocument> {
  const asked = { params: path(id), body: mapping };
  return answered(api.PUT("/api/imports/{import_id}/mapping", asked as never));
}

export function saveLayout(id: string, layout: Layout): Promise<ImportDocument> {
  const asked = { params: path(id), body: layout };
  return answered(api.PUT("/api/imports/{import_id}/layout", asked as never));
}

export function commit(id: string, automations: "run" | "quiet"): Promise<ImportDocument> {
  const asked = { params: path(id), body: { automations } };
  return answered(api.POST("/api/imports/{import_id}/commit", asked as never));
}

export function cancel(id: string): Promise<ImportDocument> {
  return answered(api.POST("/api/imports/{import_id}/cancel", { params: path(id) } as never));
}

export interface FaultyPage {
  items: FaultyRow[];
  next: string | null;
}

export function readErrors(id: string, after?: string, signal?: AbortSignal): Promise<FaultyPage> {
  const params = { ...path(id), query: { after, limit: 100 } };
  return answered(api.GET("/api/imports/{import_id}/errors", { params, signal } as never));
}

/** Where the refused rows can be fetched as a workbook. */
export function errorsAddress(id: string): string {
  return `/api/imports/${id}/errors?format=xlsx`;
}

export interface ImportTakenBack extends TakenBack {
  /** Records, members, teams that stay as they are, the first of them, and why. */
  kept: { object: string; id: string; message: string }[];
}

/** Take an import back; `consequences`: also what automations did because of it. */
export function takeBack(id: string, consequences: boolean): Promise<ImportTakenBack> {
  const asked = { params: path(id), body: { consequences } };
  return answered(api.POST("/api/imports/{import_id}/revert", asked as never));
}
