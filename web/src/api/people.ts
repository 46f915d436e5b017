/** Finding a member by a part of the name. */
import { answered, api } from "./client";
import type { Page } from "./types";

export interface Colleague {
  id: string;
  name: string;
}

const OFFERED = 8;

export async function findMembers(q: string): Promise<Colleague[]> {
  const params = { query: { q: q || undefined, limit: OFFERED, disabled: false } };
  return (await answered<Page<Colleague>>(api.GET("/api/members", { params } as never))).items;
}
