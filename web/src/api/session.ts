/** Who is signed in, and the doors that change it. */
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { forgetStored } from "@/lib/stored";

import { forgetAhead } from "./ahead";
import { answered, api } from "./client";
import { isProblem } from "./problem";
import { keys } from "./query";
import type { Session } from "./types";
import { showIn } from "@/lib/format/dates";

export interface Credentials {
  login: string;
  password: string;
  totp?: string;
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await answered<Session>(api.GET("/api/auth/session"));
    showIn(session.workspace.timezone);
    return session;
  } catch (error) {
    if (isProblem(error) && error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: readSession,
  staleTime: 300_000,
  // Another tab may have gone to another workspace, or somebody else signed in there.
  refetchOnWindowFocus: "always",
});

/** The session; `data` is null when nobody is signed in. */
export function useSession() {
  return useQuery(sessionQuery);
}

export async function signIn(credentials: Credentials): Promise<void> {
  await answered(api.POST("/api/auth/login", { body: credentials } as never));
}

/** Sign out and forget everything read. */
export async function signOut(client: QueryClient): Promise<void> {
  try {
    await answered(api.POST("/api/auth/logout"));
  } finally {
    // Whatever the server says, this browser forgets.
    forgetStored("draft.");
    forgetAhead();
    client.clear();
  }
}

export async function switchWorkspace(client: QueryClient, workspace: number): Promise<void> {
  await answered(api.POST("/api/auth/switch", { body: { workspace } } as never));
  forgetAhead();
  client.clear();
}

/** Call the workspace something else. */
export async function renameWorkspace(client: QueryClient, name: string): Promise<void> {
  await answered(api.PATCH("/api/workspace", { body: { name } } as never));
  await client.invalidateQueries({ queryKey: keys.session });
}
