/** Saved views of all objects together, for places that show several at once. */
import { useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";

/** As much of a view as a short list needs. */
export interface ListView {
  key: string;
  object: string;
  title: string;
  filter: string | null;
  sort: string[];
  columns: { field: string; hidden?: boolean }[];
  colour_by: string | null;
}

export function useListViews() {
  return useQuery({
    queryKey: ["views", "all"],
    queryFn: async () => (await answered<{ items: ListView[] }>(api.GET("/api/views"))).items,
    staleTime: 60_000,
  });
}
