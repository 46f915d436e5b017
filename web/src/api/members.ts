/** The members of the workspace, for who manages them: who they are, how they sign in. */
import { answered, api } from "./client";
import type { Page } from "./types";

export interface Member {
  id: string;
  name: string;
  login: string | null;
  roles: string[];
  teams: string[];
  disabled: boolean;
}

export interface Team {
  id: string;
  name: string;
}

export const memberKeys = {
  all: ["members"] as const,
  list: (q: string) => ["members", "list", q] as const,
  teams: ["members", "teams"] as const,
};

export function readMembers(q: string, cursor?: string): Promise<Page<Member>> {
  const params = { query: { q: q || undefined, cursor } };
  return answered(api.GET("/api/members", { params } as never));
}

export async function readTeams(): Promise<Team[]> {
  return (await answered<{ items: Team[] }>(api.GET("/api/teams"))).items;
}

export interface NewMember {
  name: string;
  login?: string;
  password?: string;
  roles?: string[];
  main_team?: string;
}

export async function addMember(draft: NewMember): Promise<void> {
  await answered(api.POST("/api/members", { body: draft } as never));
}

const of = (member_id: string) => ({ params: { path: { member_id } } });

export async function giveLogin(id: string, login: string, password: string): Promise<void> {
  const body = { login, password };
  await answered(api.POST("/api/members/{member_id}/account", { ...of(id), body } as never));
}

export async function setPassword(id: string, password: string): Promise<void> {
  const body = { password };
  await answered(api.POST("/api/members/{member_id}/password", { ...of(id), body } as never));
}

export async function disable(id: string): Promise<void> {
  await answered(api.POST("/api/members/{member_id}/disable", of(id) as never));
}

export async function enable(id: string): Promise<void> {
  await answered(api.POST("/api/members/{member_id}/enable", of(id) as never));
}
