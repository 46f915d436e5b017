/** The member's imports, newest first: one can go on with each, or look at what became of it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { FileUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { importKeys, readImports, type ImportSummary } from "@/api/imports";
import { useLanguage } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";
import { number } from "@/lib/format/numbers";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { stateOf } from "./outcomes";
import { useTarget } from "./target";
import css from "./Transfer.module.css";

interface Props {
  /** Only those into this object. */
  object?: string;
}

export function Earlier({ object }: Props) {
  const { t } = useTranslation();
  const pages = useInfiniteQuery({
    queryKey: importKeys.list,
    queryFn: ({ pageParam, signal }) => readImports(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  const all = pages.data?.pages.flatMap((page) => page.items);
  const items = all?.filter((each) => !object || each.object === object);
  if (items?.length === 0 && !pages.hasNextPage) {
    return object ? null : <Empty icon={FileUp} text={t("transfer.none")} />;
  }
  return (
    <section className={css.earlier} aria-busy={!items}>
      <h2>{t("transfer.earlier")}</h2>
      {!items && [0, 1, 2].map((row) => <Bar key={row} width={`${80 - row * 12}%`} height={14} />)}
      <ul>
        {items?.map((made) => (
          <One key={made.id} made={made} named={!object} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("timeline.more")}
        </Button>
      )}
    </section>
  );
}

function One({ made, named }: { made: ImportSummary; named: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const target = useTarget(made.object);
  const { key, tone } = stateOf(made);
  const { create, update, error, duplicate } = made.counts;
  const facts = [
    create > 0 && t("transfer.did.create", told(create)),
    update > 0 && t("transfer.did.update", told(update)),
    error + duplicate > 0 && t("transfer.did.refused", told(error + duplicate)),
  ].filter(Boolean);
  return (
    <li>
      <Link to={`/imports/${made.id}`} className={css.one}>
        <span className="ell">
          {made.file.name}
          {named && <em>{target?.name}</em>}
        </span>
        <span className={`${css.quiet} ell`}>
          {facts.length ? facts.join(" · ") : t("transfer.rows", { count: made.rows })}
        </span>
        <span className={css[tone]}>{t(`transfer.state.${key}`)}</span>
        <time dateTime={made.started_at} title={exactInstant(made.started_at)}>
          {ago(made.started_at, language)}
        </time>
      </Link>
    </li>
  );
}

/** A count for its plural, and as it is written. */
function told(count: number) {
  return { count, rows: number(count) };
}
