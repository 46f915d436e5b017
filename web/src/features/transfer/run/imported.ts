/** The list of what an import wrote: what its member made or changed while it ran. */
import type { ImportDocument } from "@/api/imports";
import { moment } from "@/lib/format/dates";

const SECOND = 1000;

export function importedPath(made: ImportDocument): string {
  const { create, update } = made.counts;
  // New records are told apart for ever; changed ones until they change again.
  const kind = update === 0 || create >= update ? "created" : "updated";
  const from = spelled(made.started_at, 0);
  const to = spelled(made.changed_at, 1);
  const filter = `${kind}_at >= ${from} AND ${kind}_at <= ${to} AND ${kind}_by = ME()`;
  return `/o/${made.object}?${new URLSearchParams({ view: "-", filter })}`;
}

/** An instant in the workspace's zone, as formulas write it. */
function spelled(iso: string, more: number): string {
  const at = new Date(new Date(iso).getTime() + more * SECOND);
  const { date, time } = moment(at.toISOString());
  const parts = [...date.split("-"), ...time.split(":"), String(at.getUTCSeconds())].map(Number);
  return `DATETIME(${parts.join(", ")})`;
}
