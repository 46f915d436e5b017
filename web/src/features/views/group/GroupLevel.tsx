/** One level of groups: their values, counts and sums in one question to the server. */
import { ChevronRight } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";

import { useFigures, type FigureRow } from "@/api/figures";
import type { FieldMeta } from "@/api/types";
import type { Grain } from "@/api/views";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { useLabel } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";
import { Button } from "@/ui/Button";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { measuresOf } from "../list/FigureRow";
import gridCss from "../list/Grid.module.css";
import type { Layout } from "../list/layout";
import { pathField } from "../state/paths";
import { both, isIn } from "../state/within";
import css from "./Group.module.css";
import type { GroupedProps } from "./GroupedRows";
import { GroupRecords } from "./GroupRecords";

interface Props extends GroupedProps {
  layout: Layout;
  depth: number;
  /** The rows of the groups above. */
  within: string;
}

/** Drawn at once, and so many more at a time. */
const STEP = 500;
const COUNT = "count";
// The first group stands open where the others' sums are still in sight below it.
const FEW = 15;

export function GroupLevel(props: Props) {
  const { meta, object, look, depth, within } = props;
  const label = useLabel();
  const { t } = useTranslation();
  const [most, setMost] = useState(STEP);
  const group = look.group[depth]!;
  const field = pathField(meta, object, group.field, label);
  const { data, error, refetch } = useFigures({
    object: object.key,
    filter: within,
    group_by: [{ field: group.field, grain: group.grain ?? grainOf(field), key: "value" }],
    measures: [{ key: COUNT, formula: "COUNT()" }, ...measuresOf(look.columns)],
    // One more than is shown tells whether there are more.
    limit: most + 1,
  });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data || !field) {
    return (
      <div className={css.waiting}>
        <Bar width={180} />
      </div>
    );
  }
  const groups = ordered(data.slice(0, most), field).map((row, index) => (
    <GroupHead
      key={JSON.stringify(row.value)}
      {...props}
      row={row}
      field={field}
      grain={group.grain ?? grainOf(field)}
      first={index === 0 && depth === 0 && Number(row[COUNT]) <= FEW}
    />
  ));
  return (
    <>
      {groups}
      {data.length > most && (
        <div className={css.waiting}>
          <Button size="small" onClick={() => setMost(most + STEP)}>
            {t("list.moreGroups")}
          </Button>
        </div>
      )}
    </>
  );
}

interface HeadProps extends Props {
  row: FigureRow;
  field: FieldMeta;
  grain?: Grain;
  first: boolean;
}

function GroupHead({ row, field, grain, first, ...props }: HeadProps) {
  const { look, layout, depth, within, narrow } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(first);
  // The arrow turns at once, the rows are drawn in pieces.
  const drawn = useDeferredValue(open);
  const inside = both(within, isIn(field, row.value, grain));
  const deeper = depth + 1 < look.group.length;
  const summed = look.columns.find(({ figure }) => figure);
  const indent = { paddingLeft: 12 + depth * 20 };
  const head = (
    <button
      type="button"
      className={css.head}
      style={indent}
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      <ChevronRight size={14} className={open ? css.opened : ""} aria-hidden />
      <span className={css.value}>
        {isBlank(row.value) ? (
          t("list.blank")
        ) : (
          <GroupValue field={field} value={row.value} grain={grain} />
        )}
      </span>
      <span className={css.count}>{number(String(row[COUNT]))}</span>
      {narrow && summed && (
        <span className={css.sum}>
          <FieldCell field={summed.field} value={row[summed.field.key]} place="figure" />
        </span>
      )}
    </button>
  );
  return (
    <>
      {narrow ? (
        <div className={css.card}>{head}</div>
      ) : (
        <div role="row" className={`${gridCss.row} ${css.group}`}>
          <div
            role="gridcell"
            className={css.wide}
            style={{ gridColumn: `1 / ${spanOf(look.columns)}` }}
          >
            {head}
          </div>
          {look.columns.slice(spanOf(look.columns) - 2).map(({ field: each, figure }, index) => (
            <div
              key={each.key}
              role="gridcell"
              className={gridCss.right}
              style={layout.cells[index + spanOf(look.columns) - 2]}
            >
              {figure && <FieldCell field={each} value={row[each.key]} place="figure" />}
            </div>
          ))}
          <div role="gridcell" />
        </div>
      )}
      {open &&
        drawn &&
        (deeper ? (
          <GroupLevel {...props} depth={depth + 1} within={inside} />
        ) : (
          <GroupRecords {...props} within={inside} count={Number(row[COUNT])} />
        ))}
    </>
  );
}

/** The name takes the columns before the first sum. */
function spanOf(columns: { figure?: string }[]): number {
  const first = columns.findIndex(({ figure }) => figure);
  return (first < 0 ? columns.length : Math.max(first, 1)) + 2;
}

function GroupValue({ field, value, grain }: { field: FieldMeta; value: unknown; grain?: Grain }) {
  if (grain === "month") return <>{String(value).slice(0, 7)}</>;
  if (grain === "year") return <>{String(value).slice(0, 4)}</>;
  if (grain === "quarter") {
    const month = Number(String(value).slice(5, 7));
    return <>{`${String(value).slice(0, 4)} Q${Math.ceil(month / 3)}`}</>;
  }
  if (grain === "week") return <>{weekOf(String(value))}</>;
  const shown = grain && field.type === "datetime" ? { ...field, type: "date" } : field;
  return <FieldCell field={shown} value={value} place="card" />;
}

/** `2025-01-13 – 01-19`, from its Monday. */
function weekOf(monday: string): string {
  const last = new Date(`${monday.slice(0, 10)}T00:00:00Z`);
  last.setUTCDate(last.getUTCDate() + 6);
  const sunday = last.toISOString().slice(0, 10);
  const sameYear = sunday.startsWith(monday.slice(0, 4));
  return `${monday.slice(0, 10)} – ${sameYear ? sunday.slice(5) : sunday}`;
}

/** Instants are never the same twice. */
function grainOf(field: FieldMeta | undefined): Grain | undefined {
  return field?.kind === "datetime" ? "day" : undefined;
}

/** Options stand in their own order, the rest as the server sorts it; blanks last. */
function ordered(rows: FigureRow[], field: FieldMeta): FigureRow[] {
  const order = new Map(field.options?.map(({ key }, index) => [key, index]));
  const rank = (row: FigureRow) =>
    row.value == null ? Infinity : (order.get(String(row.value)) ?? order.size);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}
