/** The records before and after this one in the list it came from. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";

import { keys } from "@/api/query";
import type { Page, Row } from "@/api/types";

export interface Neighbours {
  previous?: string;
  next?: string;
  /** 1 is the first. */
  at: number;
  count: number;
}

/** Of the list last shown that has this record; none after the page was opened by its address. */
export function useNeighbours(object: string, id: string): Neighbours | undefined {
  const client = useQueryClient();
  const lists = client.getQueryCache().findAll({ queryKey: [...keys.object(object), "list"] });
  const latest = lists.sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
  for (const { state } of latest) {
    const pages = (state.data as InfiniteData<Page<Row>> | undefined)?.pages ?? [];
    const ids = pages.flatMap((page) => page.items.map((row) => row.id));
    const at = ids.indexOf(id);
    if (at >= 0 && ids.length > 1) {
      const count = pages[0]?.total ?? ids.length;
      return { previous: ids[at - 1], next: ids[at + 1], at: at + 1, count };
    }
  }
  return undefined;
}
