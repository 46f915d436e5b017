/** The records of one branch, each of which may be opened. */
import { Button } from "antd";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useFigures } from "@/api/figures";
import { useRecordPages } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { RowCell } from "@/fields/RowCell";
import { isRight } from "@/fields/registry";
import { number } from "@/lib/format/numbers";
import { Failure } from "@/ui/Failure";
import { useNarrow } from "@/ui/useMedia";
import { Bar } from "@/ui/Skeleton";

import type { LookProps } from "../list/ListPage";
import { fieldsOf } from "../list/asked";
import type { Look } from "../state/look";
import { NoRecords } from "../state/NoRecords";
import { both, isIn } from "../state/within";
import css from "./Tree.module.css";

interface Props extends LookProps {
  parent?: FieldMeta;
  within: string;
  depth: number;
}

const DEEPEST = 12;
const FACTS = 5;
// The most groups that the server answers with.
const MOST_PARENTS = 10_000;

export function Branch(props: Props) {
  const { object, look, parent, within, depth } = props;
  const { t } = useTranslation();
  const sort = look.sort.join(",");
  const pages = useRecordPages(object.key, {
    filter: within,
    q: depth ? "" : look.q,
    sort,
    fields: fieldsOf(object, look),
  });
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const children = useChildren(object.key, parent);
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  if (depth === 0 && pages.data && rows.length === 0) return <NoRecords {...props} />;
  return (
    <ul>
      {pages.isPending && (
        <li className={css.row}>
          <Bar width={220} />
        </li>
      )}
      {rows.map((row) => (
        <Twig key={row.id} {...props} row={row} count={children.get(row.id) ?? 0} />
      ))}
      {pages.hasNextPage && (
        <li className={css.row}>
          <Button size="small" type="text" onClick={() => void pages.fetchNextPage()}>
            {t("list.showMore")}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Twig({ row, count, ...props }: Props & { row: Row; count: number }) {
  const { object, look, parent, depth } = props;
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const name = row.title || t("fields.untitled");
  return (
    <li>
      <div className={css.row} style={{ paddingLeft: 20 + depth * 22 }}>
        {count > 0 && depth < DEEPEST ? (
          <button
            type="button"
            className={css.opener}
            aria-expanded={open}
            aria-label={t(open ? "list.collapse" : "list.expand", { name })}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={14} className={open ? css.opened : ""} aria-hidden />
          </button>
        ) : (
          <span className={css.opener} />
        )}
        <Link to={`/o/${row.object}/${row.id}`} className={`${css.name} ell`}>
          {name}
        </Link>
        {count > 0 && <span className={css.count}>{number(count)}</span>}
        <span className={css.space} />
        {factsOf(look, object, narrow).map((field) => (
          <span key={field.key} className={`${css.fact} ${isRight(field) ? css.right : ""} ell`}>
            <RowCell row={row} field={field} place="list" />
          </span>
        ))}
      </div>
      {open && parent && (
        <Branch {...props} within={both(look.filter, isIn(parent, row.id))} depth={depth + 1} />
      )}
    </li>
  );
}

/** The columns beside the names: as many as there is room for. */
export function factsOf(look: Look, object: ObjectMeta, narrow: boolean): FieldMeta[] {
  const fields = look.columns.map(({ field }) => field);
  return fields.filter(({ key }) => key !== object.title_field).slice(0, narrow ? 1 : FACTS);
}

/** How many stand below each row: one question for the whole tree. */
function useChildren(object: string, parent: FieldMeta | undefined): Map<string, number> {
  const { data } = useFigures(
    {
      object,
      filter: parent ? `NOTBLANK([${parent.key}])` : "",
      group_by: [{ field: parent?.key ?? "", key: "value" }],
      measures: [{ key: "count", formula: "COUNT()" }],
      limit: MOST_PARENTS,
    },
    parent != null,
  );
  return new Map(data?.map((row) => [(row.value as Row | null)?.id ?? "", Number(row.count)]));
}
