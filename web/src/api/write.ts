/** The one way to change records: a changeset, sent again under the same key until answered. */
import { uuid7 } from "@/lib/uuid";

import { answered, api } from "./client";
import { Held, insist } from "./insist";
import { Unreachable, type Fault } from "./problem";
import type { Values } from "./types";

export interface Change {
  op: "create" | "update" | "delete" | "restore" | "merge";
  object: string;
  /** Made here for a create, so that sending twice makes one record. */
  id?: string;
  /** Refuses with 409 when the record has moved on since. */
  version?: number;
  /** By field key, `owner` and `team` among them. */
  values?: Values;
  /** Of a merge: the records that go into this one; a version refuses it like that above. */
  from?: (string | { id: string; version: number })[];
}

export interface Changeset {
  changes: Change[];
  /** `all`: one bad row refuses everything; `each`: bad rows are left out and reported. */
  mode?: "all" | "each";
  reason?: string;
  dry_run?: boolean;
  /** Idempotency key: of what the person meant, so a second click is not a second write. */
  key?: string;
}

export interface RowResult {
  id?: string;
  version?: number;
  errors?: Fault[];
  warnings?: Fault[];
  /** Of a merge: records that move along by object, and whose value each field takes. */
  along?: Record<string, number>;
  taken?: Record<string, string>;
}

export interface Written {
  id: string | null;
  results: RowResult[];
}

interface Sent {
  key: string;
  changes: Change[];
}

/** What was sent and got no answer: the same asked again is the same write. */
const unanswered = new Held<Sent>();

/** Apply a changeset; throws `Problem` when refused, `Unreachable` when no answer comes. */
export async function write({ changes, key = uuid7(), ...rest }: Changeset): Promise<Written> {
  const asked = JSON.stringify([changes, rest]);
  const sent = unanswered.take(asked) ?? { key, changes: changes.map(named) };
  const headers = { "idempotency-key": sent.key };
  const body = { mode: "all" as const, ...rest, changes: sent.changes };
  try {
    return await insist(() =>
      answered<Written>(api.POST("/api/changesets", { body, headers } as never)),
    );
  } catch (error) {
    if (error instanceof Unreachable) unanswered.put(asked, sent);
    throw error;
  }
}

function named(change: Change): Change {
  return change.op === "create" ? { ...change, id: change.id ?? uuid7() } : change;
}

export interface TakenBack {
  records: number;
  /** Records others have changed since. */
  kept_count: number;
}

/** Take a changeset back: what others changed since stays as it is and is told. */
export function revert(changeset: string): Promise<TakenBack> {
  const params = { path: { changeset_id: changeset } };
  const path = "/api/changesets/{changeset_id}/revert";
  return answered<TakenBack>(api.POST(path, { params, body: {} } as never));
}
