/** The member's inbox: what they were told, marks on it, what they want to be told. */
import type { Label } from "@/lib/label";

import { answered, api } from "./client";
import type { Person } from "./types";

export type Kind =
  "mention" | "comment" | "owner" | "share" | "changed" | "import" | "export" | "job";

export interface Notification {
  id: string;
  kind: Kind;
  at: string;
  /** How many are folded into this one. */
  count: number;
  read: boolean;
  archived: boolean;
  actor: Person | null;
  object: string | null;
  record: Person | null;
  fields: { field: string; label: Label }[];
  comment: { id: string; text: string } | null;
  about: { import?: string; export?: string };
  /** In the reader's language, of what they may read now. */
  text: string;
}

export interface Inbox {
  items: Notification[];
  next: string | null;
  unread: number;
}

export type State = "inbox" | "unread";
export type Mark = "read" | "unread" | "archived" | "inbox";

export const inboxKeys = {
  all: ["notifications"] as const,
  count: ["notifications", "count"] as const,
  list: (state: State) => ["notifications", "list", state] as const,
};

export function readInbox(state: State, cursor?: string, signal?: AbortSignal): Promise<Inbox> {
  const query = { state, limit: 30, cursor };
  return answered<Inbox>(api.GET("/api/notifications", { params: { query }, signal }));
}

export function countUnread(): Promise<{ unread: number; kinds: Partial<Record<Kind, number>> }> {
  return answered(api.GET("/api/notifications/count"));
}

export async function mark(to: Mark, ids: string[]): Promise<void> {
  await answered(api.PATCH("/api/notifications", { body: { to, ids } } as never));
}

/** Mark all as read that had come by `until`: what arrives meanwhile stays unread. */
export async function markAllRead(until: string): Promise<void> {
  const body = { to: "read", all: true, until };
  await answered(api.PATCH("/api/notifications", { body } as never));
}
