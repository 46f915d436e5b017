/** The records the member looked at lately, on every device the same. */
import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import { recentKey } from "./query";

export interface Visited {
  object: string;
  id: string;
  title: string | null;
  at: string;
}

export function useRecent() {
  return useQuery({
    queryKey: recentKey,
    queryFn: async () => (await answered<{ items: Visited[] }>(api.GET("/api/me/recent"))).items,
  });
}

export async function rememberRecent(object: string, id: string): Promise<void> {
  await answered(api.POST("/api/me/recent", { body: { object, id } } as never));
}
