/** Who sees a record, why, and with whom it is shared. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "@/api/client";
import { keys } from "@/api/query";
import type { Page, Reference } from "@/api/types";

export interface Share {
  id: string;
  member: Reference | null;
  team: Reference | null;
  access: "read" | "write";
  expires_at: string | null;
}

export interface Access {
  member: Reference;
  verbs: Record<string, boolean>;
  reasons: { verb: string; holds: boolean; message: string }[];
}

const key = (object: string, id: string) => [...keys.object(object), "access", id];

export function useShares(object: string, id: string) {
  return useQuery({
    queryKey: [...key(object, id), "shares"],
    queryFn: () => {
      const params = { path: { object_key: object, record_id: id } };
      const path = "/api/records/{object_key}/{record_id}/shares";
      return answered<Page<Share>>(api.GET(path, { params } as never));
    },
  });
}

export interface ShareWish {
  /** Given: this one ends. */
  end?: string;
  /** One of the two. */
  member?: string;
  team?: string;
  access?: "read" | "write";
  /** An instant; left out, until it is taken back. */
  expires_at?: string;
}

export function useSharing(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ end, ...body }: ShareWish) => {
      const place = { object_key: object, record_id: id };
      const all = "/api/records/{object_key}/{record_id}/shares";
      if (!end) return answered<unknown>(api.POST(all, { params: { path: place }, body } as never));
      const params = { path: { ...place, share_id: end } };
      return answered<unknown>(api.DELETE(`${all}/{share_id}`, { params } as never));
    },
    onSettled: () => client.invalidateQueries({ queryKey: key(object, id) }),
  });
}

/** What a member may do with a record; oneself when left out. */
export function useAccess(object: string, id: string, member?: string) {
  return useQuery({
    queryKey: [...key(object, id), member ?? null],
    queryFn: () => {
      const params = { path: { object_key: object, record_id: id }, query: { member } };
      const path = "/api/records/{object_key}/{record_id}/access";
      return answered<Access>(api.GET(path, { params } as never));
    },
    retry: false,
  });
}
