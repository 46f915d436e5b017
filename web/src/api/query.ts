/** The cache of what the server said. Keys: ["session"], ["meta"], ["records", object, …]. */
import { QueryClient } from "@tanstack/react-query";

import { Problem } from "./problem";

const TRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays a refusal; only silence is asked again.
      retry: (count, error) => !(error instanceof Problem) && count < TRIES,
      networkMode: "offlineFirst",
    },
    mutations: { networkMode: "offlineFirst" },
  },
});

/**
 * Ask anew for all that is shown: what the server said holds names in the language spoken until now.
 * An answer still on its way is not waited for, it would come in the old one.
 */
export async function askAnew(): Promise<void> {
  await queries.cancelQueries();
  queries.removeQueries({ type: "inactive" });
  void queries.invalidateQueries();
}

export const settingsKey = ["settings"] as const;
export const recentKey = ["recent"] as const;

export const keys = {
  session: ["session"] as const,
  meta: ["meta"] as const,
  records: ["records"] as const,
  object: (object: string) => ["records", object] as const,
  list: (object: string, asked: object) => ["records", object, "list", asked] as const,
  record: (object: string, id: string) => ["records", object, "one", id] as const,
  timeline: (object: string, id: string) => ["records", object, "timeline", id] as const,
};
