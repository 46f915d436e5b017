/** What pickers offer: records by search, those looked at last, teams. */
import { answered, api } from "./client";
import type { Matches } from "./search";
import type { Page, Reference, Row } from "./types";

export interface Offered extends Reference {
  /** Why it was found, when that is not its title: the phone number met, say. */
  met?: string;
}

export interface Team {
  id: string;
  name: string;
  parent: string | null;
}

const MOST = 12;
/** The server's search takes parts of two characters or more. */
const SHORTEST = 2;

/** Records of an object found by a part, pinyin or digits; the recent and first ones for none. */
export async function offeredRecords(
  object: string,
  q: string,
  signal?: AbortSignal,
): Promise<Offered[]> {
  if (q.length >= SHORTEST) return searched(object, q, signal);
  const [recent, first] = await Promise.all([recentOf(object, signal), firstOf(object, signal)]);
  const seen = new Set(recent.map((each) => each.id));
  const all = [...recent, ...first.filter((each) => !seen.has(each.id))];
  return all.filter((each) => !q || each.title?.includes(q)).slice(0, MOST);
}

async function searched(object: string, q: string, signal?: AbortSignal): Promise<Offered[]> {
  const params = { query: { q, objects: object, limit: MOST } };
  const { groups } = await answered<Matches>(api.GET("/api/search", { params, signal } as never));
  return groups
    .flatMap((group) => group.items)
    .map(({ id, title, text }) => ({ id, title, met: text === title ? undefined : text }));
}

async function recentOf(object: string, signal?: AbortSignal): Promise<Offered[]> {
  const { items } = await answered<Page<Reference & { object: string }>>(
    api.GET("/api/me/recent", { signal } as never),
  );
  const wanted = items.filter((each) => each.object === object);
  return wanted.slice(0, 5).map(({ id, title }) => ({ id, title }));
}

async function firstOf(object: string, signal?: AbortSignal): Promise<Offered[]> {
  const params = { path: { object_key: object }, query: { limit: MOST } };
  const { items } = await answered<Page<Row>>(
    api.GET("/api/records/{object_key}", { params, signal } as never),
  );
  return items.map(({ id, title }) => ({ id, title }));
}

export async function readTeams(): Promise<Team[]> {
  return (await answered<Page<Team>>(api.GET("/api/teams"))).items;
}
