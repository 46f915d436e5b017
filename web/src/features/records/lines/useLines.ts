/** Lines as they are shown: their columns, what each cell holds, and the sums below. */
import { useMeta } from "@/api/catalogue";
import { useSession } from "@/api/session";
import type { FieldMeta, ObjectMeta, Values } from "@/api/types";
import { surroundings } from "@/fields/scope";

import { columnsOf, figureOf, summed, total } from "./figures";

export interface ShownLines {
  object: ObjectMeta;
  columns: FieldMeta[];
  /** Line by line, in the order of the columns. */
  figures: unknown[][];
  /** By the key of the column. */
  sums: Map<string, string | null>;
}

/** Undefined until the catalogue is there, and when the reader may not see the lines. */
export function useLines(
  field: FieldMeta,
  show: string[],
  lines: Values[],
): ShownLines | undefined {
  const { data: meta } = useMeta();
  const { data: session } = useSession();
  const object = meta?.objects.find((each) => each.key === field.object);
  if (!meta || !object) return undefined;
  const columns = columnsOf(meta, object, show);
  const around = surroundings(meta, session?.member.id ?? null, []);
  const figures = lines.map((line) =>
    columns.map((column) => figureOf(meta, object, column, line, around)),
  );
  const keys = lines.length > 0 ? [...summed(columns)] : [];
  const sums = keys.map((key) => {
    const place = columns.findIndex((column) => column.key === key);
    return [key, total(figures.map((row) => row[place]))] as const;
  });
  return { object, columns, figures, sums: new Map(sums) };
}
