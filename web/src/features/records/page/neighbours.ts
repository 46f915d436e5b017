/** The records before and after this one in the list it came from, as long as that list is. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { goOn, standing, type Listed, type Standing, type Step } from "@/api/beside";
import { keys } from "@/api/query";
import { PAGE_ROWS, readPage, totalQuery, type Asked } from "@/api/records";

export interface Neighbours {
  previous?: string | undefined;
  next?: string | undefined;
  /** 1 is the first. */
  at: number;
  count: number;
}

interface Place extends Standing {
  queryKey: readonly unknown[];
  asked: Asked;
}

/** Of the list last shown that has this record; none after the page was opened by its address. */
export function useNeighbours(object: string, id: string): Neighbours | undefined {
  const client = useQueryClient();
  const place = placeIn(client, object, id);
  const { data: total } = useQuery({
    ...totalQuery(object, place?.asked ?? {}),
    enabled: place !== undefined,
  });
  const beyond = place?.beyond;
  // What lies beyond the rows that are here is read into their list, and this draws it.
  useQuery({
    queryKey: [...keys.object(object), "beside", id, place?.queryKey, beyond],
    queryFn: () => readOn(client, object, place!, beyond!),
    enabled: beyond !== undefined,
    gcTime: 0,
  });
  if (!place) return undefined;
  const { previous, next, at, known } = place;
  const count = Math.max(known, total ?? 0);
  return count > 1 ? { previous, next, at: at + 1, count } : undefined;
}

function placeIn(client: QueryClient, object: string, id: string): Place | undefined {
  const lists = client.getQueryCache().findAll({ queryKey: [...keys.object(object), "list"] });
  const latest = lists.sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
  for (const { state, queryKey } of latest) {
    const found = standing(state.data as Listed | undefined, id);
    if (found) return { ...found, queryKey, asked: askedBy(queryKey) };
  }
  return undefined;
}

/** A list's key ends in what it asks; how it holds its rows is no part of that. */
function askedBy(queryKey: readonly unknown[]): Asked {
  const { blocks, ...asked } = queryKey.at(-1) as Asked & { blocks?: number };
  void blocks;
  return asked;
}

/** Answers with how many rows were read: what is drawn from the list itself needs no more. */
async function readOn(client: QueryClient, object: string, place: Place, step: Step) {
  const { cursor, skip } = step;
  const page = await readPage(object, { ...place.asked, limit: PAGE_ROWS, cursor, skip });
  client.setQueryData<Listed>(place.queryKey, (was) => was && goOn(was, step, page));
  return page.items.length;
}
