/** Hints from the server while the page is open: what changed is asked for anew. */
import type { QueryClient } from "@tanstack/react-query";

import { listener } from "./anew";
import { inboxKeys } from "./notifications";
import { keys } from "./query";

/** Listen until the returned function is called; the browser connects again by itself. */
export function listen(client: QueryClient): () => void {
  const others = listener(client);
  const source = new EventSource(`/api/events/stream?open_for=${openFor(client)}`);
  source.addEventListener("changeset", (event: MessageEvent<string>) => {
    const { object } = JSON.parse(event.data) as { object: string };
    others.changed(object);
  });
  source.addEventListener("comment", (event: MessageEvent<string>) => {
    const { object, record } = JSON.parse(event.data) as { object: string; record: string };
    void client.invalidateQueries({ queryKey: keys.timeline(object, record) });
  });
  source.addEventListener("notification", () => {
    void client.invalidateQueries({ queryKey: inboxKeys.all });
  });
  source.addEventListener("resync", () => void client.invalidateQueries());
  source.addEventListener("end", () => {
    source.close();
    void client.invalidateQueries({ queryKey: keys.session });
  });
  return () => {
    others.end();
    source.close();
  };
}

/** Milliseconds since the oldest answer shown: what came between it and listening is told too. */
function openFor(client: QueryClient): number {
  const now = Date.now();
  const read = client
    .getQueryCache()
    .getAll()
    .map(({ state }) => state.dataUpdatedAt || now);
  return Math.max(now - Math.min(now, ...read), 0);
}
