/** The first records of a saved view, and the way to all of them. */
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { ListView } from "@/api/lists";
import type { FieldMeta, Meta, ObjectMeta, Row } from "@/api/types";
import { RowCell } from "@/fields/RowCell";
import { useFailureText } from "@/ui/Failure";
import { ObjectIcon } from "@/ui/icons";
import { Bar } from "@/ui/Skeleton";

import { viewPath } from "../shell/pins";
import { dayOf, factsOf, shortList, SHOWN } from "./choice";
import css from "./Home.module.css";

interface Props {
  meta: Meta;
  object: ObjectMeta;
  view: ListView;
}

export function ShortList({ meta, object, view }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const day = dayOf(meta, view);
  const facts = factsOf(object, view, day);
  const { data, error, isPending } = useQuery(shortList(meta, object, view));
  const rows = data?.items ?? [];
  return (
    <section className={css.card} aria-label={view.title} aria-busy={isPending || undefined}>
      <h2>
        <Link to={viewPath(view)}>
          <ObjectIcon name={object.icon} />
          {view.title}
          {data?.total != null && <span className={css.count}>{data.total}</span>}
          <ChevronRight size={14} aria-hidden />
        </Link>
      </h2>
      {error ? (
        <p className={css.none}>{failureText(error)}</p>
      ) : isPending ? (
        <WaitingRows />
      ) : rows.length === 0 ? (
        <p className={css.none}>{t("shell.noneNow")}</p>
      ) : (
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <Line row={row} facts={facts} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Line({ row, facts }: { row: Row; facts: FieldMeta[] }) {
  const { t } = useTranslation();
  return (
    <Link to={`/o/${row.object}/${row.id}`} className={css.row}>
      <span className={`${css.title} ell`}>{row.title || t("fields.untitled")}</span>
      {facts.map((field) => (
        <span key={field.key} className={`${css.fact} ${css[field.type] ?? ""} ell`}>
          <RowCell row={row} field={field} place={placeOf(field)} />
        </span>
      ))}
    </Link>
  );
}

/** Amounts stand below each other here, days are told. */
function placeOf({ type }: FieldMeta) {
  return type === "money" ? "list" : "card";
}

function WaitingRows() {
  return Array.from({ length: SHOWN }, (_, index) => (
    <div key={index} className={css.row}>
      <Bar width={`${60 - index * 5}%`} />
    </div>
  ));
}
