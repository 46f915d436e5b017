/** The records before and after this one in the list it came from. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";

import { rowsOf, type Blocks } from "@/api/blocks";
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
    const rows = placed(state.data as Blocks | InfiniteData<Page<Row>> | undefined);
    const at = rows.findIndex((each) => each.id === id);
    if (at >= 0 && rows.length > 1) {
      const { place } = rows[at]!;
      const beside = (step: number) =>
        rows[at + step]?.place === place + step ? rows[at + step]!.id : undefined;
      return {
        previous: beside(-1),
        next: beside(1),
        at: place + 1,
        count: rows.at(-1)!.place + 1,
      };
    }
  }
  return undefined;
}

/** The rows of a list that are loaded, and where each stands. */
function placed(
  data: Blocks | InfiniteData<Page<Row>> | undefined,
): { id: string; place: number }[] {
  if (!data?.pages) return [];
  if ("old" in data) {
    const { loaded, places } = rowsOf(data, undefined);
    return loaded.map(({ id }, index) => ({ id, place: places[index]! }));
  }
  return data.pages.flatMap((page) => page.items).map(({ id }, place) => ({ id, place }));
}
