/** Counts and sums by groups, worked out by the server over all that a filter finds. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered, api } from "./client";
import { keys } from "./query";
import type { Grain } from "./views";

export interface FiguresAsked {
  object: string;
  filter?: string;
  group_by?: { field: string; grain?: Grain | null; key?: string }[];
  measures: { key: string; formula: string }[];
  sort?: string[];
  limit?: number;
}

export type FigureRow = Record<string, unknown>;

export function useFigures(asked: FiguresAsked, enabled = true) {
  return useQuery({
    queryKey: [...keys.object(asked.object), "figures", asked] as const,
    queryFn: async () => {
      const body = { ...asked, filter: asked.filter ?? "" };
      return (await answered<{ rows: FigureRow[] }>(api.POST("/api/query", { body } as never)))
        .rows;
    },
    placeholderData: keepPreviousData,
    enabled,
  });
}
