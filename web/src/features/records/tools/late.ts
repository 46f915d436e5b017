/** What others changed in records that were about to be merged. */
import { Problem, type Fault } from "@/api/problem";
import type { Row } from "@/api/types";
import type { Label } from "@/lib/label";

export interface Late {
  record: string;
  /** The name of the record, as it was looked at. */
  title: string;
  crossings: { field: string; label: Label; original?: unknown; theirs?: unknown; at?: string }[];
}

/** Read a refusal; nothing when it was refused for another reason. */
export function lateOf(error: unknown, seen: Row[]): Late[] {
  if (!(error instanceof Problem)) return [];
  return error.errors
    .filter(({ code }) => code === "record.conflict")
    .map((each) => late(each, seen));
}

function late({ record, conflicts }: Fault, seen: Row[]): Late {
  const id = String(record);
  const title = seen.find((row) => row.id === id)?.title ?? "";
  return { record: id, title, crossings: (conflicts ?? []) as Late["crossings"] };
}
