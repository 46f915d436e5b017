/** What happened with a record lately: its calls, visits and messages, latest first. */
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useTimeline } from "@/api/timeline";
import type { ObjectMeta, Row } from "@/api/types";
import { FieldCell, isBlank } from "@/fields/FieldCell";
import { useLanguage } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";

import css from "./Side.module.css";
import { Trouble } from "./Trouble";

const SHOWN = 3;

export function Last({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const { data, error, refetch } = useTimeline(object, id, "record");
  const items = data?.pages[0]?.items ?? [];
  return (
    <section className={css.last} aria-busy={!data && !error}>
      <h2 className={css.heading}>{t("side.last")}</h2>
      {error && <Trouble error={error} onRetry={() => void refetch()} />}
      {data && items.length === 0 && <p className={css.quiet}>{t("side.nothingYet")}</p>}
      <ul>
        {items.slice(0, SHOWN).map((item) => {
          const kind = meta?.objects.find(
            ({ key }) => item.kind === "record" && key === item.object,
          );
          if (item.kind !== "record" || !kind) return null;
          return <Happened key={item.record.id} at={item.at} kind={kind} row={item.record} />;
        })}
      </ul>
    </section>
  );
}

function Happened({ at, kind, row }: { at: string; kind: ObjectMeta; row: Row }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const choice = kind.fields.find(({ type }) => type === "select");
  const told = kind.fields.find(({ type }) => type === "long_text");
  const words = told && row.values[told.key];
  return (
    <li>
      <p className={css.when}>
        {choice && <FieldCell field={choice} value={row.values[choice.key]} place="list" />}
        <span className="ell">{row.owner?.title}</span>
        <time dateTime={at} title={exactInstant(at)}>
          {ago(at, language)}
        </time>
      </p>
      <p className={css.said}>{row.title || t("fields.untitled")}</p>
      {!isBlank(words) && words !== row.title && <p className={css.words}>{String(words)}</p>}
    </li>
  );
}
