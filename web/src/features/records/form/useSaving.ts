/** Saving what was typed into a form: what changed is written, refusals go to their fields. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { isProblem } from "@/api/problem";
import { useWrite } from "@/api/records";
import type { ObjectMeta, Row, Values } from "@/api/types";
import type { Change } from "@/api/write";
import { crossingsOf, type Crossing } from "@/fields/Conflict";
import { isBlank } from "@/fields/FieldCell";
import { valuesOf } from "@/fields/scope";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";
import { uuid7 } from "@/lib/uuid";

import { changesOf } from "./changes";

export interface Saving {
  pending: boolean;
  /** What is wrong as a whole. */
  refusal: string | undefined;
  /** What is wrong with a field. */
  at: (key: string) => string | undefined;
  crossings: Crossing[];
  forget: () => void;
  /** Returns the id of the record once it is written. */
  save: (edits: Values, required: string[], over?: number) => Promise<string | null>;
}

export function useSaving(object: ObjectMeta, row: Row | null): Saving {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const tell = useUndo();
  const failureText = useFailureText();
  const { mutateAsync, isPending } = useWrite();
  const [failure, setFailure] = useState<unknown>();
  const [missing, setMissing] = useState<string[]>([]);
  // One id for what is being made: pressing save twice makes it once.
  const [made] = useState(() => uuid7());
  const problem = isProblem(failure) ? failure : undefined;

  async function save(edits: Values, required: string[], over?: number) {
    const all = { ...valuesOf(row), ...edits };
    const blank = required.filter((key) => isBlank(all[key]));
    setMissing(blank);
    setFailure(undefined);
    if (blank.length > 0) return null;
    const values = changesOf(meta, object, row, edits);
    if (row && Object.keys(values).length === 0) return row.id;
    const id = row?.id ?? made;
    const change: Change = { op: row ? "update" : "create", object: object.key, id, values };
    if (row) change.version = over ?? row.version;
    try {
      const written = await mutateAsync({ changes: [change] });
      tell(t(row ? "record.saved" : "record.created"), written.id);
      return written.results[0]?.id ?? id;
    } catch (error) {
      setFailure(error);
      return null;
    }
  }

  return {
    pending: isPending,
    refusal: failure === undefined ? undefined : failureText(failure),
    at: (key) => (missing.includes(key) ? t("record.required") : problem?.at(key)),
    crossings: problem ? crossingsOf(problem) : [],
    forget: () => setFailure(undefined),
    save,
  };
}
