/** Titles of people, teams and records whose ids a filter holds. */
import { answered, api } from "./client";
import { readTeams } from "./picking";
import type { Page, Row } from "./types";

/** Titles by id; what is gone or not theirs to read is left out. */
export async function titlesOf(object: string, ids: string[]): Promise<Map<string, string>> {
  if (object === "member") return found(await Promise.all(ids.map(member)));
  if (object === "team") return found((await readTeams()).map(({ id, name }) => [id, name]));
  const wanted = ids.map((id) => `"${id.replaceAll('"', "")}"`).join(",");
  const query = { filter: `[id] IN (${wanted})`, fields: "id", limit: ids.length };
  const params = { path: { object_key: object }, query };
  const page = await answered<Page<Row>>(api.GET("/api/records/{object_key}", { params } as never));
  return found(page.items.map(({ id, title }) => [id, title ?? ""]));
}

type Titled = [id: string, title: string];

function found(titled: (Titled | null)[]): Map<string, string> {
  return new Map(titled.filter((each) => each != null));
}

async function member(id: string): Promise<Titled | null> {
  const params = { path: { member_id: id } };
  try {
    const { name } = await answered<{ name: string }>(
      api.GET("/api/members/{member_id}", { params } as never),
    );
    return [id, name];
  } catch {
    return null; // gone: the filter keeps the id
  }
}
