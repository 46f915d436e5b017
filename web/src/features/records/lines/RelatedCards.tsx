/** Related records on a phone: a card each that opens the record, its figure at the right. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { valueOf } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { isBlank } from "@/fields/FieldCell";
import { RowCell } from "@/fields/RowCell";
import { isRight } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";

import css from "./Cards.module.css";

interface Props {
  object: ObjectMeta;
  columns: FieldMeta[];
  rows: Row[];
}

export function RelatedCards({ object, columns, rows }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [, ...rest] = columns;
  const figure = rest.find(isRight);
  const facts = rest.filter((column) => column !== figure);
  return (
    <ul className={css.cards} aria-label={label(object.label)}>
      {rows.map((row) => (
        <li key={row.id}>
          <div className={`${css.card} ${css.whole}`}>
            <Link to={`/o/${object.key}/${row.id}`} className={css.name}>
              {row.title || t("fields.untitled")}
            </Link>
            <span className={css.amount}>
              {figure && <RowCell row={row} field={figure} place="card" />}
            </span>
            <span className={`${css.facts} ${css.quiet}`}>
              {facts
                .filter((column) => !isBlank(valueOf(row, column)))
                .map((column) => (
                  <RowCell key={column.key} row={row} field={column} place="card" />
                ))}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
