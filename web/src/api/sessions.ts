/** Places where the caller is signed in. */
import { answered, api } from "./client";

export interface SignedIn {
  id: string;
  kind: "browser" | "api";
  created_at: string;
  seen_at: string;
  expires_at: string;
  ip: string;
  agent: string;
  workspace: number;
  workspace_name: string;
  current: boolean;
}

export async function readSessions(): Promise<SignedIn[]> {
  const { items } = await answered<{ items: SignedIn[] }>(api.GET("/api/auth/sessions"));
  return items;
}

export async function endSession(id: string): Promise<void> {
  const params = { path: { session_id: id } };
  await answered(api.DELETE("/api/auth/sessions/{session_id}", { params }));
}

/** End every session of the caller's but this one. */
export async function endOtherSessions(): Promise<void> {
  await answered(api.DELETE("/api/auth/sessions"));
}
