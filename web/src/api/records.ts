/** Reading records; writing them is `write`. */
import {
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import { askAfterWriting } from "./anew";
import { BLOCK_ROWS } from "./blocks";
import { answered, api } from "./client";
import { Unreachable } from "./problem";
import { keys } from "./query";
import type { FieldMeta, Page, Row } from "./types";
import { write, type Changeset } from "./write";

/** As many as a block of a long list has. */
export const PAGE_ROWS = BLOCK_ROWS;

export interface Asked {
  /** Formula text. */
  filter?: string;
  /** `-score,name`. */
  sort?: string;
  q?: string;
  /** Paths; all readable fields when left out. */
  fields?: string;
  /** "true": the trash. */
  deleted?: string;
}

interface PageAsked {
  limit: number;
  cursor?: string | undefined;
  skip?: number;
}

/** Pages of a short list; what was shown stays while the next answer is on its way. */
export function useRecordPages(object: string, asked: Asked) {
  return useInfiniteQuery({
    queryKey: keys.list(object, asked),
    queryFn: ({ pageParam, signal }) =>
      readPage(object, { ...asked, limit: PAGE_ROWS, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** How many records a filter finds. */
export async function countRecords(object: string, asked: Asked): Promise<number | undefined> {
  const given = Object.entries(asked).filter(([, value]) => value);
  const query = { ...Object.fromEntries(given), fields: "id", limit: 1, count: true };
  const params = { path: { object_key: object }, query };
  const page = await answered<Page<Row>>(api.GET("/api/records/{object_key}", { params } as never));
  return page.total;
}

/** The query of how many records a list has, whoever shows it. */
export function totalQuery(object: string, { filter, q }: Asked) {
  return queryOptions({
    queryKey: [...keys.object(object), "total", filter, q],
    queryFn: () => countRecords(object, { filter, q }),
  });
}

/** The query of the first few records of a list, and how many there are. */
export function firstRecords(object: string, asked: Asked, limit: number) {
  return queryOptions({
    queryKey: keys.list(object, { ...asked, limit }),
    queryFn: ({ signal }) => {
      const query = { ...asked, limit, count: true };
      const params = { path: { object_key: object }, query };
      const found = api.GET("/api/records/{object_key}", { params, signal } as never);
      return answered<Page<Row>>(found);
    },
  });
}

/** One page of a list: from its beginning, behind a cursor, or so many rows down. */
export function readPage(object: string, asked: Asked & PageAsked, signal?: AbortSignal) {
  const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  const params = { path: { object_key: object }, query };
  return answered<Page<Row>>(api.GET("/api/records/{object_key}", { params, signal } as never));
}

/** The records of a stretch of time, at most `limit`. */
export function useRecordRange(object: string, asked: Asked, limit: number, enabled: boolean) {
  return useQuery({
    queryKey: keys.list(object, { ...asked, range: true }),
    queryFn: () => {
      const given = Object.entries(asked).filter(([, value]) => value);
      const query = { ...Object.fromEntries(given), limit };
      const params = { path: { object_key: object }, query };
      return answered<Page<Row>>(api.GET("/api/records/{object_key}", { params } as never));
    },
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function readRecord(object: string, id: string): Promise<Row> {
  const params = { path: { object_key: object, record_id: id } };
  return answered<Row>(api.GET("/api/records/{object_key}/{record_id}", { params }));
}

export function useRecord(object: string, id: string) {
  return useQuery({
    queryKey: keys.record(object, id),
    queryFn: () => readRecord(object, id),
  });
}

/** Write, then ask anew for what the objects' lists and pages show. What fails is told at once. */
export function useWrite() {
  const client = useQueryClient();
  function askAnew({ changes }: Changeset, refetchType?: "none") {
    const objects = [...new Set(changes.map((change) => change.object))];
    return askAfterWriting(client, objects, refetchType);
  }
  return useMutation({
    mutationFn: (changeset: Changeset) => write(changeset),
    onSuccess: (_, changeset) => askAnew(changeset),
    onError(error, changeset) {
      // Nobody answers now: asking would keep the words about it waiting.
      void askAnew(changeset, error instanceof Unreachable ? "none" : undefined);
    },
  });
}

/** The value of a field in a record: of its own fields, or of a built-in column. */
export function valueOf(row: Row, field: FieldMeta): unknown {
  return field.key in row.values ? row.values[field.key] : row[field.key as keyof Row];
}

interface Trouble {
  data?: unknown;
  error: Error | null;
  isFetchNextPageError: boolean;
}

/** What keeps a list from being shown: asking anew in vain leaves what is there. */
export function failureOf({ data, error, isFetchNextPageError }: Trouble): Error | null {
  return data === undefined || isFetchNextPageError ? error : null;
}
