/** What the pages keep for the member, on the server: it follows them to every browser. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "./client";
import { settingsKey } from "./query";

type Settings = Record<string, unknown>;

async function readSettings(): Promise<Settings> {
  return (await answered<{ settings: Settings }>(api.GET("/api/me/settings"))).settings;
}

export const settingsQuery = queryOptions({
  queryKey: settingsKey,
  queryFn: readSettings,
  staleTime: 300_000,
});

export function useSettings() {
  return useQuery(settingsQuery);
}

/** One setting by key, and how to change it: shown at once, kept when the server says so. */
export function useSetting<T>(key: string, otherwise: T): [T, (value: T) => void] {
  const client = useQueryClient();
  const { data } = useSettings();
  const { mutate } = useMutation({
    mutationFn: (value: T) => keep(key, value),
    onMutate: (value) => {
      client.setQueryData<Settings>(settingsKey, (old) => ({ ...old, [key]: value }));
    },
    // What was not kept is not shown any longer.
    onError: () => client.invalidateQueries({ queryKey: settingsKey }),
  });
  return [(data?.[key] as T | undefined) ?? otherwise, mutate];
}

async function keep(key: string, value: unknown): Promise<void> {
  const params = { path: { setting_key: key } };
  await answered(api.PUT("/api/me/settings/{setting_key}", { params, body: value } as never));
}
