/** Columns as this browser's member has them, beside what the view says. */
import { useCallback, useState } from "react";

import type { ViewColumn } from "@/api/views";
import { readStored, writeStored } from "@/lib/stored";

type Columns = ViewColumn[] | null;

/** The columns kept for a view, null for those of the view itself. */
export function useStoredColumns(object: string, view: string) {
  const name = `columns.${object}.${view}`;
  const [held, setHeld] = useState<Record<string, Columns>>({});
  const columns = name in held ? held[name]! : readOnce(name);
  const store = useCallback(
    (next: Columns) => {
      writeStored(name, next);
      read.set(name, next);
      setHeld((old) => ({ ...old, [name]: next }));
    },
    [name],
  );
  return [columns, store] as const;
}

/** The columns as they are kept now. */
export function storedColumns(object: string, view: string): Columns {
  return readOnce(`columns.${object}.${view}`);
}

// What is read anew at every rendering would be a new list at every rendering.
const read = new Map<string, Columns>();

function readOnce(name: string): Columns {
  if (!read.has(name)) read.set(name, readStored<Columns>(name, null));
  return read.get(name)!;
}
