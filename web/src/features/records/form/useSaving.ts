/** Saving what was typed into a form: what changed is written, refusals go to their fields. */
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { isProblem } from "@/api/problem";
import { readRecord, useWrite } from "@/api/records";
import type { ObjectMeta, Row, Values } from "@/api/types";
import type { Change } from "@/api/write";
import type { Crossing } from "@/fields/Conflict";
import { crossingsIn, isOutdated } from "@/fields/crossing";
import { isBlank } from "@/fields/FieldCell";
import { valuesOf } from "@/fields/scope";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";
import { uuid7 } from "@/lib/uuid";

import { changesOf } from "./changes";
import type { Draft } from "./draft";

/** What somebody else changed alike, and the record as it stood then. */
export interface Crossed {
  crossings: Crossing[];
  now: Row;
}

export interface Saving {
  pending: boolean;
  /** What is wrong as a whole. */
  refusal: string | undefined;
  /** What is wrong with a field; `blank`: it is, and must not be. */
  at: (key: string, blank?: boolean) => string | undefined;
  crossed: Crossed | undefined;
  forget: () => void;
  /** Returns the id of the record once it is written; `over`: as it stood when one was asked. */
  save: (
    draft: Pick<Draft, "edits" | "seen">,
    required: string[],
    over?: Row,
  ) => Promise<string | null>;
}

/** Others may write again while one tries. */
const TRIES = 4;

/** `refused`: what was said before the form was opened; it stands at its fields until one saves. */
export function useSaving(object: ObjectMeta, row: Row | null, refused?: unknown): Saving {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const tell = useUndo();
  const failureText = useFailureText();
  const { mutateAsync, isPending } = useWrite();
  const [failure, setFailure] = useState<unknown>();
  const [missing, setMissing] = useState<string[]>([]);
  const [crossed, setCrossed] = useState<Crossed>();
  // One id for what is being made: pressing save twice makes it once.
  const [made] = useState(() => uuid7());
  const [tried, setTried] = useState(false);
  const opening = refused !== undefined && !tried;
  const told = tried ? failure : refused;
  const problem = isProblem(told) ? told : undefined;

  async function send(change: Change): Promise<string> {
    const done = await mutateAsync({ changes: [change] });
    tell(t(change.op === "update" ? "record.saved" : "record.created"), done.id);
    return done.results[0]?.id ?? change.id!;
  }

  /** Write over what was seen; null when it is to be asked first whose stays. */
  async function change(from: Row, values: Values, seen: Values): Promise<string | null> {
    const { id } = from;
    for (let now = from, tries = 1; ; tries += 1) {
      const crossings = crossingsIn(object, seen, now, values);
      if (crossings.length > 0) {
        setCrossed({ crossings, now });
        return null;
      }
      try {
        return await send({ op: "update", object: object.key, id, version: now.version, values });
      } catch (error) {
        if (!isOutdated(error) || tries === TRIES) throw error;
      }
      now = await readRecord(object.key, id);
    }
  }

  async function save(
    { edits, seen }: Pick<Draft, "edits" | "seen">,
    required: string[],
    over?: Row,
  ) {
    const from = over ?? row;
    const all = { ...valuesOf(from), ...edits };
    const blank = required.filter((key) => isBlank(all[key]));
    setTried(true);
    setMissing(blank);
    setFailure(undefined);
    setCrossed(undefined);
    if (blank.length > 0) return null;
    const values = changesOf(meta, object, from, edits);
    if (from && Object.keys(values).length === 0) return from.id;
    try {
      if (!from) return await send({ op: "create", object: object.key, id: made, values });
      return await change(from, values, { ...valuesOf(from), ...(over ? {} : seen) });
    } catch (error) {
      setFailure(error);
      return null;
    }
  }

  const at = useCallback(
    (key: string, blank = false) =>
      missing.includes(key) || (opening && blank) ? t("record.required") : problem?.at(key),
    [missing, opening, problem, t],
  );

  return {
    pending: isPending,
    refusal: failure === undefined ? undefined : failureText(failure),
    at,
    crossed,
    forget: () => setCrossed(undefined),
    save,
  };
}
