/** The ticked records as they were loaded, by whichever list or group did it. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";

import { keys } from "@/api/query";
import type { Page, Row } from "@/api/types";

import type { Selection } from "./useSelection";

/** Those of `ids` that are loaded, each as last seen. */
export function heldRows(
  client: QueryClient,
  object: string,
  { ids, seen }: Pick<Selection, "ids" | "seen">,
): Row[] {
  const found = new Map([...seen].filter(([id]) => ids.has(id)));
  const queryKey = [...keys.object(object), "list"];
  for (const [, data] of client.getQueriesData<InfiniteData<Page<Row>>>({ queryKey })) {
    for (const row of data?.pages.flatMap((page) => page.items) ?? []) {
      if (!ids.has(row.id)) continue;
      if ((found.get(row.id)?.version ?? 0) <= row.version) found.set(row.id, row);
    }
  }
  return [...found.values()];
}
