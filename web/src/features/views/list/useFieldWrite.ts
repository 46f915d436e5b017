/** One value written against the record that was seen: shown at once, told when it is refused. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import { keys } from "@/api/query";
import { valueOf } from "@/api/records";
import type { FieldMeta, ObjectMeta, Page, Row } from "@/api/types";
import { useCarefulWrite } from "@/fields/useCarefulWrite";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

/** Shown as they are written; the rest waits for how the server reads it ("10万"). */
const AS_WRITTEN = new Set(["text", "long_text", "select", "date", "boolean"]);

/** `onSettled`: it is written, or theirs stays, after it was asked. */
export function useFieldWrite(
  object: ObjectMeta,
  row: Row,
  field: FieldMeta,
  onSettled: () => void,
) {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const failureText = useFailureText();
  const busy = useRef(false);
  const [error, setError] = useState<string>();
  const careful = useCarefulWrite(object, refuse);

  function refuse(problem: unknown) {
    const here = isProblem(problem) ? problem.at(field.key) : undefined;
    setError(here ?? failureText(problem));
  }

  /** True when the value is written, or was the same. */
  async function save(draft: unknown): Promise<boolean> {
    if (busy.current) return false;
    const before = written(field, valueOf(row, field)) ?? null;
    const value = written(field, draft) ?? null;
    if (JSON.stringify(before) === JSON.stringify(value)) return true;
    busy.current = true;
    setError(undefined);
    let done = false;
    const refused = await careful.write({
      row,
      values: { [field.key]: value },
      shown: { [field.key]: draft },
      told: t("list.saved", { name: label(field.label) }),
      onDone(mine) {
        if (mine) show(draft);
        if (busy.current) done = true;
        else onSettled();
      },
    });
    busy.current = false;
    if (refused !== undefined) refuse(refused);
    return done;
  }

  /** What was chosen stands in the list before the server is asked anew. */
  function show(value: unknown) {
    if (!AS_WRITTEN.has(field.type)) return;
    const queryKey = [...keys.object(row.object), "list"];
    client.setQueriesData<InfiniteData<Page<Row>>>({ queryKey }, (old) => {
      const pages = old?.pages.map((page) => ({
        ...page,
        items: page.items.map((each) => (each.id === row.id ? changed(each, field, value) : each)),
      }));
      return old && pages ? { ...old, pages } : old;
    });
  }

  return { save, error, dialog: careful.dialog };
}

function changed(row: Row, field: FieldMeta, value: unknown): Row {
  if (!(field.key in row.values)) return { ...row, [field.key]: value };
  return { ...row, values: { ...row.values, [field.key]: value } };
}
