/** One value written against the version that was shown: shown at once, told when it is refused. */
import { useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import { keys } from "@/api/query";
import { readRecord, useWrite, valueOf } from "@/api/records";
import type { FieldMeta, Page, Row } from "@/api/types";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

/** Shown as they are written; the rest waits for how the server reads it ("10万"). */
const AS_WRITTEN = new Set(["text", "long_text", "select", "date", "boolean"]);

/** Both changed it: which one stands is for the person to say. */
interface Crossed {
  original: unknown;
  theirs: unknown;
  mine: unknown;
  at: string;
  /** To write against when mine shall stand. */
  version: number;
}

export function useFieldWrite(row: Row, field: FieldMeta) {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const failureText = useFailureText();
  const said = useUndo();
  const { mutateAsync } = useWrite();
  const busy = useRef(false);
  const [error, setError] = useState<string>();
  const [conflict, setConflict] = useState<Crossed>();

  /** True when the value is written, or was the same. */
  async function save(draft: unknown): Promise<boolean> {
    if (busy.current) return false;
    const before = written(field, valueOf(row, field)) ?? null;
    if (JSON.stringify(before) === JSON.stringify(written(field, draft) ?? null)) return true;
    busy.current = true;
    try {
      return await send(draft, row.version);
    } catch (problem) {
      if (isProblem(problem) && problem.status === 409) return await crossed(draft);
      setError(
        isProblem(problem) ? (problem.at(field.key) ?? failureText(problem)) : failureText(problem),
      );
      return false;
    } finally {
      busy.current = false;
    }
  }

  async function send(draft: unknown, version: number): Promise<boolean> {
    const value = written(field, draft) as string | null;
    const what = field.key === "owner" ? { owner: value } : { values: { [field.key]: value } };
    const { id, object } = row;
    const done = await mutateAsync({ changes: [{ op: "update", object, id, version, ...what }] });
    show(draft);
    said(t("list.saved", { name: label(field.label) }), done.id);
    return true;
  }

  /** Somebody was faster: in another field it does no harm, in this one the person decides. */
  async function crossed(draft: unknown): Promise<boolean> {
    const fresh = await readRecord(row.object, row.id);
    const theirs = valueOf(fresh, field);
    const original = valueOf(row, field);
    if (JSON.stringify(theirs) === JSON.stringify(original)) return send(draft, fresh.version);
    setConflict({
      original,
      theirs,
      mine: draft,
      at: fresh.updated_at,
      version: fresh.version,
    });
    return false;
  }

  async function settle(mine: boolean): Promise<boolean> {
    const met = conflict!;
    setConflict(undefined);
    if (mine) return send(met.mine, met.version);
    await client.invalidateQueries({ queryKey: keys.object(row.object) });
    return true;
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

  return { save, error, conflict, settle };
}

function changed(row: Row, field: FieldMeta, value: unknown): Row {
  if (!(field.key in row.values)) return { ...row, [field.key]: value };
  return { ...row, values: { ...row.values, [field.key]: value } };
}
