/** What a change to many would do: how many change, which are refused and why. */
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Row } from "@/api/types";
import { useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import type { Tried } from "./mass";
import css from "./Select.module.css";

interface Props {
  op: "update" | "delete";
  query: UseQueryResult<Tried>;
  rows: Row[];
  /** The field that would be emptied. */
  clears?: string;
}

export function Preview({ op, query, rows, clears }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  if (query.error) {
    return (
      <p role="alert" className={css.fault}>
        {failureText(query.error)}
      </p>
    );
  }
  if (!query.data) return <Bar width={240} height={14} />;
  const { changed, refused, faults } = query.data;
  return (
    <div className={css.preview} role="status">
      <p>
        {clears
          ? t("list.wouldClear", { count: changed, name: clears })
          : t(op === "update" ? "list.wouldChange" : "list.wouldDelete", { count: changed })}
      </p>
      {refused > 0 && <p className={css.fault}>{t("list.wouldRefuse", { count: refused })}</p>}
      <ul>
        {faults.map(({ id, message }, index) => (
          <li key={index}>
            <b>{rows.find((row) => row.id === id)?.title}</b> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
