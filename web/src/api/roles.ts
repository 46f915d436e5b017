/** The roles of the workspace, by key. */
import { useQuery } from "@tanstack/react-query";

import type { Label } from "@/lib/label";

import { answered, api } from "./client";

export interface Role {
  key: string;
  label: Label;
}

export function useRoles() {
  return useQuery({
    queryKey: ["roles"],
    queryFn: async () => (await answered<{ items: Role[] }>(api.GET("/api/roles"))).items,
    staleTime: 300_000,
  });
}
