/** The rows of a list as they are looked at. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";

import { BLOCK_ROWS, lacks, readBlocks, rowsOf, type Blocks, type Range } from "./blocks";
import { keys } from "./query";
import { readPage, type Asked } from "./records";

/** Where somebody looks, and whether what is asked is only about that. */
class Sight {
  range: Range = [0, 0];
  looking = false;

  move(first: number, last: number): Range {
    this.range = [first, last];
    return this.range;
  }

  ask(ask: () => void) {
    this.looking = true;
    // The question is put at once, or one is on its way and is another.
    ask();
    this.looking = false;
  }
}

/** The query of a list's rows: of its first ones, where nobody has looked yet. */
export function rowsQuery(object: string, asked: Asked, sight = new Sight()) {
  const queryKey = keys.list(object, { ...asked, blocks: BLOCK_ROWS });
  return queryOptions({
    queryKey,
    queryFn: ({ signal, client }) => {
      const was = client.getQueryData<Blocks>(queryKey);
      // Another list begins at its top.
      return readBlocks(was, was ? sight.range : [0, 0], sight.looking, (place) =>
        readPage(object, { ...asked, ...place, limit: BLOCK_ROWS }, signal),
      );
    },
    // Compared block by block: another one before it is no change of a block.
    structuralSharing: false,
  });
}

/** `total`: how many rows there are, once that is known. */
export function useRows(object: string, asked: Asked, total: number | undefined) {
  const [sight] = useState(() => new Sight());
  const query = useQuery({
    ...rowsQuery(object, asked, sight),
    placeholderData: keepPreviousData,
  });
  const { data, isPlaceholderData, refetch, isError, isPending, error } = query;
  const rows = useMemo(() => rowsOf(data, total), [data, total]);
  const see = useCallback(
    (first: number, last: number) => {
      const range = sight.move(first, last);
      if (!data || isPlaceholderData || !lacks(data, range, rows.length)) return;
      sight.ask(() => void refetch({ cancelRefetch: false }));
    },
    [data, isPlaceholderData, rows.length, sight, refetch],
  );
  const missing = !data || (isError && lacks(data, sight.range, rows.length));
  // No rows of another list are no answer to this one.
  const waits = isPending || (isPlaceholderData && rows.length === 0);
  return { rows, see, isPending: waits, failure: missing ? error : null, refetch };
}
