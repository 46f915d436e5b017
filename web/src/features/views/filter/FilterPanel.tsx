/** Building a filter: the server turns rows into a formula and back, and says which row is wrong. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fromConditions, toConditions, type ConditionGroup } from "@/api/conditions";
import { isProblem } from "@/api/problem";
import type { Meta, ObjectMeta } from "@/api/types";
import { Failure, useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import css from "./Filter.module.css";
import { GroupRows } from "./GroupRows";

interface Props {
  meta: Meta;
  object: ObjectMeta;
  filter: string;
  onFilter: (filter: string) => void;
  onClose: () => void;
}

type Mode = "rows" | "text";

const NO_ROWS: ConditionGroup = { join: "and", items: [] };

export function FilterPanel(props: Props) {
  const { object, filter } = props;
  const { data, error } = useQuery({
    queryKey: ["conditions", object.key, filter],
    queryFn: () => toConditions(object.key, filter),
    staleTime: Infinity,
  });
  // A filter that is wrong can still be mended as text.
  if (error && !isProblem(error)) return <Failure error={error} />;
  if (!data && !error) return <Bar width={480} height={64} />;
  return <Builder {...props} read={data?.conditions ?? null} formula={data?.formula ?? filter} />;
}

interface BuilderProps extends Props {
  read: ConditionGroup | null;
  formula: string;
}

const [LEAST, MOST, PER_ROW] = [3, 10, 60];

/** Counted, not measured: measuring lays the whole page out again at every key. */
function rowsOf(text: string): number {
  const needed = text.split("\n").map((line) => Math.ceil((line.length + 1) / PER_ROW));
  const sum = needed.reduce((all, each) => all + each, 0);
  return Math.min(MOST, Math.max(LEAST, sum));
}

/** What stands in the builder, as rows or as text, and what the server says of it. */
function useBuilder({ object, read, formula, onFilter, onClose }: BuilderProps) {
  const failureText = useFailureText();
  const [mode, setMode] = useState<Mode>(read ? "rows" : "text");
  const [rows, setRows] = useState<ConditionGroup | null>(read);
  const [text, setText] = useState(formula);
  const [fault, setFault] = useState<{ at?: string; text: string }>();

  /** The formula of what stands there; undefined when something is wrong, which is then said. */
  async function said() {
    try {
      setFault(undefined);
      const asked =
        mode === "rows"
          ? fromConditions(object.key, rows ?? NO_ROWS)
          : toConditions(object.key, text);
      return await asked;
    } catch (error) {
      setFault({
        at: isProblem(error) ? error.errors[0]?.path : undefined,
        text: failureText(error),
      });
      return undefined;
    }
  }

  async function apply() {
    const made = await said();
    if (!made) return;
    onFilter(made.formula);
    onClose();
  }

  async function change(next: Mode) {
    const made = await said();
    if (!made) return;
    setText(made.formula);
    setRows(made.conditions);
    setMode(next);
  }

  return { mode, change, rows, setRows, text, setText, fault, apply };
}

function Builder(props: BuilderProps) {
  const { meta, object, onFilter, onClose } = props;
  const { t } = useTranslation();
  const { mode, change, rows, setRows, text, setText, fault, apply } = useBuilder(props);
  return (
    <div className={css.panel}>
      <div className={css.top}>
        <Segmented<Mode>
          size="small"
          value={mode}
          options={[
            { value: "rows", label: t("list.byRows") },
            { value: "text", label: t("list.byFormula") },
          ]}
          onChange={(next) => void change(next)}
        />
        {mode === "rows" && !rows && <span className={css.note}>{t("list.onlyText")}</span>}
      </div>
      {mode === "rows" ? (
        rows && (
          <GroupRows
            meta={meta}
            object={object}
            group={rows}
            place="conditions"
            fault={fault}
            onChange={setRows}
          />
        )
      ) : (
        <Input.TextArea
          autoFocus
          value={text}
          aria-label={t("list.byFormula")}
          rows={rowsOf(text)}
          status={fault ? "error" : undefined}
          placeholder={t("list.formulaHint")}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={(event) => {
            if (event.ctrlKey || event.metaKey) void apply();
          }}
        />
      )}
      <p role="alert" className={css.fault}>
        {fault?.text}
      </p>
      <footer className={css.actions}>
        <Button type="text" onClick={() => (onFilter(""), onClose())}>
          {t("list.noFilter")}
        </Button>
        <Button type="primary" disabled={mode === "rows" && !rows} onClick={() => void apply()}>
          {t("list.apply")}
        </Button>
      </footer>
    </div>
  );
}
