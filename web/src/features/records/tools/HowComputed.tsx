/** How a computed value came about: its formula and its terms with today's values. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { keys } from "@/api/query";
import { useSession } from "@/api/session";
import { readSlots } from "@/api/slots";
import type { FieldMeta, Meta, ObjectMeta, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { scopeOf, terms, UnknownTree, type Term } from "@/formula";
import { useLanguage } from "@/i18n/useLabel";
import { labelText, type Language } from "@/lib/label";

import { byId, surroundings, valuesOf } from "../form/conditions";
import css from "./Tools.module.css";

const DEEPEST = 4;

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
}

export function HowComputed({ object, field, row }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: meta } = useMeta();
  const { data: session } = useSession();
  const { data: slots } = useQuery({
    queryKey: [...keys.object(object.key), "slots", row.id],
    queryFn: () => readSlots(object.key, row.id),
  });
  if (!meta || !slots) return null;
  const term = termOf(meta, object, field, row, {
    me: session?.member.id ?? null,
    slots: slots[field.key],
    language,
  });
  const parts = term?.parts ?? [];
  return (
    <div className={css.computed}>
      <code>{field.expression ?? field.formula}</code>
      {parts.length > 0 && <Terms terms={parts} depth={1} />}
      <p className={css.result}>
        = <FieldCell field={field} value={row.values[field.key]} place="page" />
      </p>
      {!term && <p className={css.when}>{t("record.computedThere")}</p>}
    </div>
  );
}

function Terms({ terms, depth }: { terms: Term[]; depth: number }) {
  return (
    <ul className={css.terms}>
      {terms.map((term, at) => (
        <li key={at} className={term.unused ? css.unused : undefined}>
          <p>
            <span>{term.text}</span>
            <b>{shown(term.value)}</b>
          </p>
          {term.parts.length > 0 && depth < DEEPEST && (
            <Terms terms={term.parts} depth={depth + 1} />
          )}
        </li>
      ))}
    </ul>
  );
}

function shown(value: unknown): string {
  if (value == null || value === "") return "–";
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (Array.isArray(value)) return String(value.length);
  return typeof value === "object" ? ((value as { title?: string }).title ?? "…") : String(value);
}

interface Reader {
  me: string | null;
  slots: unknown[] | undefined;
  language: Language;
}

function termOf(meta: Meta, object: ObjectMeta, field: FieldMeta, row: Row, reader: Reader) {
  if (!field.tree) return undefined;
  const fields = meta.objects.flatMap((each) => [
    ...each.fields,
    ...each.system.map((s) => ({ ...s, id: s.key, options: undefined })),
  ]);
  const found = (id: string) => fields.find((each) => each.id === id);
  const words = {
    label: (id: string) => labelText(found(id)?.label, reader.language) || id,
    option: (id: string, key: string) =>
      labelText(found(id)?.options?.find((each) => each.key === key)?.label, reader.language) ||
      key,
    slots: field.slot_texts,
  };
  const scope = scopeOf(
    byId(meta, object, valuesOf(row)),
    surroundings(meta, reader.me, reader.slots ?? []),
  );
  try {
    return terms(field.tree, scope, words);
  } catch (error) {
    if (error instanceof UnknownTree) return undefined;
    throw error;
  }
}
