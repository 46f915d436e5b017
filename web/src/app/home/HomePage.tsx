/** The workbench: what waits for the member today, what is new, where they were. */
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useListViews, type ListView } from "@/api/lists";
import { useRecent } from "@/api/recent";
import { useSettings } from "@/api/settings";
import type { Meta, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n/useLabel";
import { longDay } from "@/lib/format/dates";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";

import { usePins } from "../shell/pins";
import { Recent, Unread, useUnread } from "./Aside";
import { homeLists, shortList } from "./choice";
import { FirstSteps } from "./FirstSteps";
import css from "./Home.module.css";
import { ShortList } from "./ShortList";

export default function HomePage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const meta = useMeta();
  const views = useListViews();
  const settings = useSettings();
  const error = meta.error ?? views.error;
  if (error) return <Failure error={error} onRetry={() => void views.refetch()} />;
  if (!meta.data || !views.data || settings.isPending) return <PageSkeleton />;
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t("shell.today")}</h1>
        <span>{longDay(new Date(), language)}</span>
      </header>
      <Columns meta={meta.data} views={views.data} />
    </div>
  );
}

/** All of it comes at once: a list that is shorter than it might be would move what lies below. */
function Columns({ meta, views }: { meta: Meta; views: ListView[] }) {
  const { t } = useTranslation();
  const { pins } = usePins();
  const { first, otherwise } = homeLists(meta, views, pins);
  const own = withObjects(meta, first);
  const shown = withObjects(meta, useNothing(meta, own) ? otherwise : first);
  const recent = useRecent();
  const nothing = useNothing(meta, shown);
  const blank = shown.length === 0 || nothing;
  const bare = pins.length === 0 && blank && recent.data?.length === 0;
  const answered = [useAnswered(meta, shown), !useUnread().isPending, !recent.isPending];
  const here = answered.every(Boolean);
  const [begun, setBegun] = useState(here);
  if (here && !begun) setBegun(true);
  if (!begun) return <PageSkeleton />;
  return (
    <div className={css.columns}>
      <div className={css.lists}>
        {bare && <FirstSteps meta={meta} />}
        {shown.map(([object, view]) => (
          <ShortList key={view.key} meta={meta} object={object} view={view} />
        ))}
        {pins.length === 0 && !bare && <p className={css.hint}>{t("shell.pinHint")}</p>}
      </div>
      <aside className={css.side} aria-label={t("shell.aside")}>
        <Unread />
        <Recent />
      </aside>
    </div>
  );
}

/** Views with their objects. */
function withObjects(meta: Meta, views: ListView[]): [ObjectMeta, ListView][] {
  return views.flatMap((view): [ObjectMeta, ListView][] => {
    const object = meta.objects.find(({ key }) => key === view.object);
    return object ? [[object, view]] : [];
  });
}

/** Nothing stands in any of these lists. */
function useNothing(meta: Meta, lists: [ObjectMeta, ListView][]): boolean {
  const queries = lists.map(([object, view]) => shortList(meta, object, view));
  return useQueries({
    queries,
    combine: (answers) => answers.length > 0 && answers.every(({ data }) => data?.total === 0),
  });
}

function useAnswered(meta: Meta, lists: [ObjectMeta, ListView][]): boolean {
  return useQueries({
    queries: lists.map(([object, view]) => shortList(meta, object, view)),
    combine: (answers) => answers.every(({ isPending }) => !isPending),
  });
}
