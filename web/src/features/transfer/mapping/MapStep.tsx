/** Which column fills which field, how its cells read, and what happens to records that exist. */
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument } from "@/api/imports";
import { isProblem } from "@/api/problem";
import { useFailureText } from "@/ui/Failure";

import { Foot } from "../Foot";
import type { Step } from "../Steps";
import { MEMBER, type Target } from "../target";
import css from "../Transfer.module.css";
import { ColumnRow } from "./ColumnRow";
import { Constants } from "./Constants";
import { fieldOptions } from "./fields";
import mine from "./Map.module.css";
import { MatchRules } from "./MatchRules";
import { Needed } from "./Needed";
import { Nulls, Totals } from "./RowRules";
import { TeamRules, teamColumns } from "./TeamRules";
import type { Draft } from "./useDraft";

interface Props {
  made: ImportDocument;
  target: Target;
  draft: Draft;
  onGo: (step: Step) => void;
}

export function MapStep({ made, target, draft, onGo }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const { mapping } = draft;
  const taken = useMemo(
    () => new Set(Object.values(mapping.columns).flatMap((rules) => rules.map((r) => r.field))),
    [mapping],
  );
  const options = useMemo(() => fieldOptions(made.fields, taken, t), [made.fields, taken, t]);
  const forTeams = useMemo(() => new Set(teamColumns(mapping)), [mapping]);
  const faults = isProblem(draft.error) ? draft.error.errors : [];
  const elsewhere =
    draft.error != null && !faults.some((f) => f.path?.startsWith("mapping.columns."));
  return (
    <>
      <div className={css.body}>
        <Needed made={made} draft={draft} target={target} />
        <Notices made={made} />
        {elsewhere && (
          <p className={css.wrong} role="alert">
            {failureText(draft.error)}
          </p>
        )}
        <div className={mine.table} role="table" aria-label={t("transfer.step.map")}>
          <div role="row" className={mine.titles}>
            <span role="columnheader">{t("transfer.column")}</span>
            <span role="columnheader">{t("transfer.field")}</span>
            <span role="columnheader">{t("transfer.reads")}</span>
          </div>
          {made.columns.map((column) => (
            <ColumnRow
              key={column.column}
              column={column}
              made={made}
              target={target}
              options={options}
              rules={mapping.columns[column.column] ?? NONE}
              fault={
                faults.find((f) => f.path?.startsWith(`mapping.columns.${column.column}`))?.message
              }
              forTeams={forTeams.has(column.column)}
              onChange={(rules) => draft.setRules(column.column, rules)}
            />
          ))}
        </div>
        {target.key === MEMBER && <TeamRules made={made} draft={draft} />}
        <MatchRules made={made} draft={draft} />
        <Constants made={made} draft={draft} target={target} />
        <Totals made={made} draft={draft} />
        <Nulls words={mapping.null ?? []} onChange={(words) => draft.change({ null: words })} />
      </div>
      <Foot made={made} draft={draft}>
        <Button onClick={() => onGo("file")}>{t("transfer.toFile")}</Button>
        <Button
          type="primary"
          disabled={!draft.fills || draft.error != null}
          loading={draft.busy}
          onClick={() => onGo("preview")}
        >
          {t("transfer.toPreview")}
        </Button>
      </Foot>
    </>
  );
}

const NONE: never[] = [];

/** What to know, without an answer being asked. */
function Notices({ made }: { made: ImportDocument }) {
  const { t } = useTranslation();
  const told = (made.notices ?? []).flatMap(({ code, message, passed = [] }) => {
    // What stands below, where it can be changed, is no news here.
    if (code === "import.totals") return [];
    // What recognises records is chosen below; only why another column does not is news.
    if (code !== "import.match") return [message];
    return passed.length ? [t("transfer.passedOver", { names: passed.join("、") })] : [];
  });
  // What no column fills and a default could not: each row would say the same.
  const blank = (made.preview?.reasons ?? []).filter(
    ({ column, code }) => !column && code === "field.required",
  );
  return (
    <>
      {blank.map(({ message, rows }) => (
        <p key={message} className={css.asked}>
          {t("transfer.blankRows", { message, count: rows })}
        </p>
      ))}
      {told.map((text) => (
        <p key={text} className={css.quiet}>
          {text}
        </p>
      ))}
    </>
  );
}
