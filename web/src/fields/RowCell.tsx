/** A value of a record as people read it: a date whose time has passed is red, and says so. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { valueOf } from "@/api/records";
import type { FieldMeta, Row } from "@/api/types";

import { FieldCell } from "./FieldCell";
import css from "./FieldCell.module.css";
import { isLate } from "./late";
import type { Place } from "./protocol";

interface Props {
  row: Row;
  field: FieldMeta;
  /** Where it is not the row's own. */
  value?: unknown;
  place: Place;
}

export function RowCell({ row, field, value = valueOf(row, field), place }: Props) {
  const cell = <FieldCell field={field} value={value} place={place} />;
  return isLate(row, field) ? <Late>{cell}</Late> : cell;
}

function Late({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className={css.late}>
      {children}
      <span className="sr">{t("fields.late")}</span>
    </span>
  );
}
