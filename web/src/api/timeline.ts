/** What happened to a record: changes, activities, comments; and who follows it. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";

import type { Label } from "@/lib/label";
import { uuid7 } from "@/lib/uuid";

import { askAfterWriting } from "./anew";
import { answered, api } from "./client";
import { keys } from "./query";
import type { Page, Reference, Row, StoredFile } from "./types";

export interface FieldChange {
  field: string;
  label: Label;
  from?: unknown;
  to?: unknown;
  lines?: { id: string; op: string; changes: FieldChange[] }[];
}

export interface HistoryEntry {
  id: number;
  changeset: string;
  version: number;
  op: string;
  at: string;
  actor: Reference | null;
  via: string;
  reason: string | null;
  changes: FieldChange[];
}

export interface Comment {
  id: string;
  at: string;
  author: Reference;
  reply_to: string | null;
  edited_at: string | null;
  deleted: boolean;
  text: string;
  mentions: Reference[];
  files: StoredFile[];
  may: { edit: boolean; delete: boolean };
  unreached?: Reference[];
}

export type Happening =
  | { kind: "history"; at: string; history: HistoryEntry }
  | { kind: "comment"; at: string; comment: Comment }
  | { kind: "record"; at: string; object: string; record: Row };

export interface Followers {
  following: boolean;
  why: string | null;
  items: { member: Reference; why: string }[];
  total: number;
}

const PAGE = 30;

/** `kinds`: some of history, record, comment, file, by commas; "" is everything. */
export function useTimeline(object: string, id: string, kinds: string) {
  return useInfiniteQuery({
    queryKey: [...keys.timeline(object, id), kinds],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { kinds: kinds || undefined, limit: PAGE, cursor };
      const params = { path: { object_key: object, record_id: id }, query };
      const path = "/api/records/{object_key}/{record_id}/timeline";
      return answered<Page<Happening>>(api.GET(path, { params, signal } as never));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** One field's past, latest first. */
export function useFieldHistory(object: string, id: string, field: string) {
  return useQuery({
    queryKey: [...keys.timeline(object, id), "field", field],
    queryFn: () => {
      const query = { field, limit: 50 };
      const params = { path: { object_key: object, record_id: id }, query };
      const path = "/api/records/{object_key}/{record_id}/history";
      return answered<Page<HistoryEntry>>(api.GET(path, { params } as never));
    },
  });
}

/** Write what a field was before or after an entry of its history again. */
export function useRestoreValue(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (past: { entry: number; field: string; side: "from" | "to" }) => {
      const { entry, ...body } = past;
      const params = { path: { object_key: object, record_id: id, entry } };
      const path = "/api/records/{object_key}/{record_id}/history/{entry}/restore";
      return answered<Row & { changeset: string }>(api.POST(path, { params, body } as never));
    },
    onSettled: () => askAfterWriting(client, [object]),
  });
}

export function useFollowers(object: string, id: string) {
  return useQuery({
    queryKey: [...keys.timeline(object, id), "followers"],
    queryFn: () => {
      const params = { path: { object_key: object, record_id: id } };
      return answered<Followers>(
        api.GET("/api/records/{object_key}/{record_id}/followers", { params }),
      );
    },
  });
}

export function useFollow(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (follow: boolean) => {
      const params = { path: { object_key: object, record_id: id } };
      const path = "/api/records/{object_key}/{record_id}/follow";
      return answered<void>(follow ? api.PUT(path, { params }) : api.DELETE(path, { params }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.timeline(object, id) }),
  });
}

export interface CommentDraft {
  /** Given: a comment of one's own that is to say something else. */
  id?: string;
  text: string;
  /** Ids of files. */
  files?: string[];
  reply_to?: string | null;
  /** Of a new one: the same when it is sent again, so that it is said once. */
  made?: string;
}

/** Say something, say it differently, or take it away (neither text nor files). */
export function useComment(object: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id: comment, text, files = [], reply_to, made }: CommentDraft) => {
      const place = { object_key: object, record_id: id };
      const all = "/api/records/{object_key}/{record_id}/comments";
      if (!comment) {
        const body = { id: made ?? uuid7(), text, files, reply_to: reply_to ?? null };
        return answered<Comment>(api.POST(all, { params: { path: place }, body } as never));
      }
      const one = `${all}/{comment_id}` as const;
      const params = { path: { ...place, comment_id: comment } };
      const said = text || files.length;
      return answered<Comment>(
        said
          ? api.PATCH(one, { params, body: { text, files } } as never)
          : api.DELETE(one, { params }),
      );
    },
    // What was said is said: the box is empty before it is read again.
    onSettled: () => void client.invalidateQueries({ queryKey: keys.timeline(object, id) }),
  });
}
