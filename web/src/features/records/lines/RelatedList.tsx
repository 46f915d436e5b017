/** Records that refer to this one: the latest few, and the way to all and to a new one. */
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import { fieldAt, useMeta } from "@/api/catalogue";
import type { FormSection } from "@/api/form";
import { useRecordPages } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { withLate } from "@/fields/late";
import { RowCell } from "@/fields/RowCell";
import { isRight } from "@/fields/registry";
import { useLabel, usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";
import { Failure } from "@/ui/Failure";
import { useNarrow } from "@/ui/useMedia";

import { givenBy } from "../panel/beginning";
import css from "./Lines.module.css";
import { RelatedCards } from "./RelatedCards";

const SHOWN = 10;
const SYSTEM = new Set(["owner", "team", "created_at", "created_by", "updated_at", "updated_by"]);

export function RelatedList({ section, row }: { section: FormSection; row: Row }) {
  const { data: meta } = useMeta();
  const object = meta?.objects.find((each) => each.key === section.object);
  if (!meta || !object || !section.via) return null;
  const shown = section.show?.length ? section.show : [object.title_field ?? "updated_at"];
  const columns = shown
    .map((path) => fieldAt(meta, object, path))
    .filter((field): field is FieldMeta => field != null);
  return <Related object={object} via={section.via} columns={columns} row={row} />;
}

interface RelatedProps {
  object: ObjectMeta;
  via: string;
  columns: FieldMeta[];
  row: Row;
}

function Related({ object, via, columns, row }: RelatedProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const plural = usePlural();
  const [, setParams] = useSearchParams();
  const filter = `${via} = "${row.id}"`;
  const paths = columns.map((field) => field.key).filter((path) => !SYSTEM.has(path));
  const sort = `-${object.timeline ?? "updated_at"}`;
  const asked = { filter, sort, fields: withLate(object, paths).join(",") };
  const { data, error, refetch } = useRecordPages(object.key, asked);
  const rows = data?.pages[0]?.items.slice(0, SHOWN) ?? [];
  const total = data?.pages[0]?.total ?? 0;

  function create() {
    setParams((old) => {
      old.set("new", object.key);
      old.set("with", JSON.stringify(givenBy(object, via, row)));
      return old;
    });
  }

  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {data && rows.length === 0 && (
        <p className={css.none}>{t("list.empty", { name: within(plural(object.label)) })}</p>
      )}
      {rows.length > 0 && <Shown object={object} columns={columns} rows={rows} />}
      {object.verbs.includes("create") && (
        <Button
          type="text"
          size="small"
          className={css.add}
          icon={<Plus size={14} />}
          onClick={create}
        >
          {t("record.newOf", { name: label(object.label) })}
        </Button>
      )}
      {total > SHOWN && (
        <Link className={css.all} to={`/o/${object.key}?filter=${encodeURIComponent(filter)}`}>
          {t("record.allOf", { count: total })}
        </Link>
      )}
    </div>
  );
}

interface ShownProps {
  object: ObjectMeta;
  columns: FieldMeta[];
  rows: Row[];
}

function Shown(props: ShownProps) {
  return useNarrow() ? <RelatedCards {...props} /> : <Table {...props} />;
}

function Table({ object, columns, rows }: ShownProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const right = (column: FieldMeta) => (isRight(column) ? css.right : "");
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label(object.label)}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} className={right(column)}>
                {label(column.label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((each) => (
            <tr key={each.id}>
              {columns.map((column, at) => (
                <td key={column.key} className={`${right(column)} ell`}>
                  {at === 0 ? (
                    <Link to={`/o/${object.key}/${each.id}`}>
                      {each.title || t("fields.untitled")}
                    </Link>
                  ) : (
                    <RowCell row={each} field={column} place="list" />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
