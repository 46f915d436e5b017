/** Somebody changed a record while it was looked at: what, in which one, before it is merged. */
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { useLabel } from "@/i18n/useLabel";

import type { Late } from "./late";
import css from "./Tools.module.css";

/** Of these the refusal names ids only; the table below shows them as they are now. */
const BY_ID = ["reference", "member", "team"];

export function MergeLate({ object, late }: { object: ObjectMeta; late: Late[] }) {
  const { t } = useTranslation();
  const label = useLabel();
  if (late.length === 0) return null;
  return (
    <div role="alert" className={css.late}>
      <p>{t("tools.mergeLate")}</p>
      <ul>
        {late.map(({ record, title, crossings }) => (
          <li key={record}>
            {t("tools.mergeLateIn", { name: title })}
            {crossings.map((each) => (
              <span key={each.field} className={css.lateField}>
                {label(each.label)}
                <Values {...each} field={fieldOf(object, each.field)} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ValuesProps {
  field: FieldMeta | undefined;
  original?: unknown;
  theirs?: unknown;
}

function Values({ field, original, theirs }: ValuesProps) {
  const told = !isBlank(original) || !isBlank(theirs);
  if (!field || !told || BY_ID.includes(field.type)) return null;
  return (
    <>
      {" "}
      <FieldCell field={field} value={original} place="page" />
      {" → "}
      <FieldCell field={field} value={theirs} place="page" />
    </>
  );
}
