/** Titles of people, teams and records, for choosing one. */
import { answered, api } from "./client";
import type { Page, Row } from "./types";

export interface Titled {
  id: string;
  title: string;
}

const SHOWN = 30;

/** Those that `q` finds, and the ones with the given ids. */
export async function readTitles(object: string, q: string, ids: string[]): Promise<Titled[]> {
  const found = await (object === "member"
    ? members(q)
    : object === "team"
      ? teams(q)
      : rows(object, q));
  const missing = ids.filter((id) => !found.some((each) => each.id === id));
  if (object === "member" || object === "team") return found;
  const named = await Promise.all(missing.map((id) => row(object, id)));
  return [...named.filter((each) => each != null), ...found];
}

interface Named {
  id: string;
  name: string;
}

async function members(q: string): Promise<Titled[]> {
  const params = { query: { q: q || undefined, limit: 200 } };
  const page = await answered<{ items: Named[] }>(api.GET("/api/members", { params } as never));
  return page.items.map(({ id, name }) => ({ id, title: name }));
}

async function teams(q: string): Promise<Titled[]> {
  const page = await answered<{ items: Named[] }>(api.GET("/api/teams"));
  const shown = page.items.filter(({ name }) => name.includes(q));
  return shown.map(({ id, name }) => ({ id, title: name }));
}

async function rows(object: string, q: string): Promise<Titled[]> {
  const query = { q: q || undefined, limit: SHOWN, sort: q ? undefined : "-updated_at" };
  const params = { path: { object_key: object }, query };
  const page = await answered<Page<Row>>(api.GET("/api/records/{object_key}", { params } as never));
  return page.items.map(({ id, title }) => ({ id, title: title ?? id }));
}

async function row(object: string, id: string): Promise<Titled | null> {
  const params = { path: { object_key: object, record_id: id } };
  try {
    const found = await answered<Row>(api.GET("/api/records/{object_key}/{record_id}", { params }));
    return { id, title: found.title ?? id };
  } catch {
    // Gone, or not theirs to read: the filter keeps its id.
    return null;
  }
}
