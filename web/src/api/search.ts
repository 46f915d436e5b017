/** Search over everything the member may read. */
import type { Label } from "@/lib/label";

import { answered, api } from "./client";

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
