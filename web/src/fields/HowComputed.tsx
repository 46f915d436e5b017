/** How a computed value came about: its formula and its terms with today's values. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { keys } from "@/api/query";
import { useSession } from "@/api/session";
import { readSlots } from "@/api/slots";
import type { FieldMeta, Meta, ObjectMeta, Row } from "@/api/types";
import { scopeOf, terms, UnknownTree, type Term } from "@/formula";
import { useLanguage } from "@/i18n/useLabel";
import { labelText, type Language } from "@/lib/label";

import { FieldCell } from "./FieldCell";
import css from "./HowComputed.module.css";
import { byId, surroundings, valuesOf } from "./scope";

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
      <code>{field.expression ?? field.formula ?? term?.text}</code>
      {parts.length > 0 && <Terms meta={meta} terms={parts} depth={1} />}
      <p className={css.result}>
        = <FieldCell field={field} value={row.values[field.key]} place="page" />
      </p>
      {!term && <p className={css.when}>{t("fields.computedThere")}</p>}
    </div>
  );
}

interface TermsProps {
  meta: Meta;
  terms: Term[];
  depth: number;
}

function Terms({ meta, terms, depth }: TermsProps) {
  return (
    <ul className={css.terms}>
      {terms.map((term, at) => (
        <li key={at} className={term.unused ? css.unused : undefined}>
          <p>
            <span>{term.text.replace(/^\[([^[\]]*)\]$/, "$1")}</span>
            <Value meta={meta} term={term} />
          </p>
          {term.parts.length > 0 && depth < DEEPEST && (
            <Terms meta={meta} terms={term.parts} depth={depth + 1} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** As its field shows it; what belongs to no field, by its kind. */
function Value({ meta, term }: { meta: Meta; term: Term }) {
  const fields = meta.objects.flatMap((each) => each.fields);
  const own = fields.find((each) => each.id === term.column);
  const field = own ?? ({ type: "formula", kind: term.kind, thousands: true } as FieldMeta);
  const listed = Array.isArray(term.value) && typeof term.value[0] !== "string";
  if (listed) return <b>{(term.value as unknown[]).length}</b>;
  return (
    <b>
      <FieldCell field={field} value={term.value} place="page" />
    </b>
  );
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
