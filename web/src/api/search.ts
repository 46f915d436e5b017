/** Search over everything the member may read. */
import { useQuery } from "@tanstack/react-query";

import type { Label } from "@/lib/label";

import { useObject } from "./catalogue";
import { answered, api } from "./client";
import type { Page, Reference, Row } from "./types";

export interface Match {
  id: string;
  object: string;
  title: string;
  /** The value that was met, and where in it. */
  text: string;
  field: string;
  match: string;
  highlights: [number, number][];
}

export interface Matches {
  groups: { object: string; label: Label; items: Match[] }[];
}

export function readMatches(q: string, signal?: AbortSignal): Promise<Matches> {
  return answered<Matches>(api.GET("/api/search", { params: { query: { q } }, signal } as never));
}

export type MatchGroup = Matches["groups"][number];

/** How a group looks; record → title of what it belongs to by its first reference: its company. */
export function useMatchGroup(group: MatchGroup) {
  const object = useObject(group.object);
  const above = object?.fields.find(({ type, many }) => type === "reference" && !many);
  return { icon: object?.icon ?? null, belonging: useBelonging(group, above?.key) };
}

function useBelonging(group: MatchGroup, field: string | undefined) {
  const ids = group.items.map(({ id }) => id);
  const { data } = useQuery({
    queryKey: ["search", "belonging", group.object, field, ids],
    queryFn: ({ signal }) => readBelonging(group.object, field!, ids, signal),
    enabled: field != null && ids.length > 0,
  });
  return data ?? NONE;
}

const NONE = new Map<string, string>();

async function readBelonging(object: string, field: string, ids: string[], signal?: AbortSignal) {
  const filter = `[id] IN (${ids.map((id) => `"${id}"`).join(",")})`;
  const query = { filter, fields: field, limit: ids.length };
  const params = { path: { object_key: object }, query };
  const page = await answered<Page<Row>>(
    api.GET("/api/records/{object_key}", { params, signal } as never),
  );
  const found = page.items.map(({ id, values }): [string, string] => {
    return [id, (values[field] as Reference | null)?.title ?? ""];
  });
  return new Map(found);
}
