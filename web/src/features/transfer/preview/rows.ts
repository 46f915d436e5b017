/** The rows of a preview in the order of the file, those that are refused among them. */
import type { CellFault, FaultyRow, Outcome, Preview, TriedRow } from "@/api/imports";
import type { FieldChange } from "@/api/timeline";

export interface PreviewRow {
  row: number;
  line: number;
  outcome: Outcome;
  cells: Record<string, string>;
  record: string | null;
  title: string | null;
  changes: Map<string, FieldChange>;
  /** By column; "" is the row itself. */
  faults: Map<string, CellFault>;
}

export function rowsOf(preview: Preview, kind: Outcome | null): PreviewRow[] {
  const all = [...preview.rows.map(tried), ...preview.errors.map(refused)];
  const shown = kind ? all.filter(({ outcome }) => outcome === kind) : all;
  return shown.sort((a, b) => a.row - b.row);
}

function tried({ changes, ...row }: TriedRow): PreviewRow {
  const byField = new Map(changes.map((change) => [change.field, change]));
  return { ...row, changes: byField, faults: new Map() };
}

export function refused({ errors, ...row }: FaultyRow): PreviewRow {
  const faults = new Map(errors.map((fault) => [fault.column ?? "", fault]));
  return { ...row, record: null, title: null, changes: new Map(), faults };
}
