/** What is asked for anew after a change: what shows the record, and what is computed from it. */
import type { QueryClient } from "@tanstack/react-query";

import { keys } from "./query";
import type { Meta } from "./types";

/** What others write comes often; what is only computed from it is asked for once in so long. */
const COMPUTED_MS = 5_000;

/**
 * After one's own write. Done when lists and pages of these objects are there again; a name or a
 * sum may stand on any other page that is open, and is not waited for.
 */
export async function askAfterWriting(
  client: QueryClient,
  objects: string[],
  refetchType?: "none",
): Promise<void> {
  const mine = new Set<unknown>(objects);
  const ask = (own: boolean) =>
    client.invalidateQueries({
      queryKey: keys.records,
      refetchType,
      predicate: ({ queryKey }) => mine.has(queryKey[1]) === own,
    });
  void ask(false);
  await ask(true);
}

/** Told that others changed an object: its own pages at once, those that read it with the next lot. */
export function listener(client: QueryClient) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function askComputed() {
    timer = undefined;
    for (const object of waiting) void client.invalidateQueries({ queryKey: keys.object(object) });
    waiting.clear();
  }

  return {
    changed(object: string) {
      void client.invalidateQueries({ queryKey: keys.object(object) });
      // Activities stand on the timelines of other records.
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[2] === "timeline" });
      const meta = client.getQueryData<Meta>(keys.meta);
      for (const { key, reads } of meta?.objects ?? [])
        if (reads.includes(object)) waiting.add(key);
      if (waiting.size > 0) timer ??= setTimeout(askComputed, COMPUTED_MS);
    },
    end: () => clearTimeout(timer),
  };
}
