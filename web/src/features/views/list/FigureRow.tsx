/** Sums below the columns, over all that the filter finds. */
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { useFigures } from "@/api/figures";
import type { ObjectMeta } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { isRight } from "@/fields/registry";

import type { Column, Look } from "../state/look";
import css from "./Grid.module.css";
import type { Layout } from "./layout";

interface Props {
  object: ObjectMeta;
  look: Look;
  layout: Layout;
}

export function measuresOf(columns: Column[]) {
  const figured = columns.filter(({ figure }) => figure != null);
  return figured.map(({ field, figure }) => ({
    key: field.key,
    formula: `${figure!.toUpperCase()}([${field.key}])`,
  }));
}

export const FigureRow = memo(function FigureRow({ object, look, layout }: Props) {
  const { t } = useTranslation();
  const measures = measuresOf(look.columns);
  // The list's search by words has no figures: they would be of other records.
  const wanted = measures.length > 0 && !look.q;
  const { data } = useFigures({ object: object.key, filter: look.filter, measures }, wanted);
  if (!wanted) return null;
  return (
    <div role="row" className={`${css.row} ${css.foot}`}>
      <div role="gridcell" className={css.tick} />
      {look.columns.map(({ field, figure, pinned }, place) => (
        <div
          key={field.key}
          role="gridcell"
          style={layout.cells[place]}
          className={`${isRight(field) ? css.right : ""} ${pinned ? css.pinned : ""}`}
        >
          {figure && (
            <>
              <span className={css.figure}>{t(`list.figures.${figure}`)}</span>
              <FieldCell field={field} value={data?.[0]?.[field.key]} place="figure" />
            </>
          )}
        </div>
      ))}
      <div role="gridcell" />
    </div>
  );
});
