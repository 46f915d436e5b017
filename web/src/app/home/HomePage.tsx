/** The workbench: what waits for the member today, what is new, where they were. */
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useListViews } from "@/api/lists";
import { useSettings } from "@/api/settings";
import { useLanguage } from "@/i18n/useLabel";
import { longDay } from "@/lib/format/dates";
import { Failure } from "@/ui/Failure";
import { PageSkeleton } from "@/ui/Skeleton";

import { usePins } from "../shell/pins";
import { Recent, Unread } from "./Aside";
import { homeLists } from "./choice";
import css from "./Home.module.css";
import { ShortList } from "./ShortList";

export default function HomePage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const meta = useMeta();
  const views = useListViews();
  const settings = useSettings();
  const { pins } = usePins();
  const error = meta.error ?? views.error;
  if (error) return <Failure error={error} onRetry={() => void views.refetch()} />;
  if (!meta.data || !views.data || settings.isPending) return <PageSkeleton />;
  const lists = homeLists(meta.data, views.data, pins);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t("shell.today")}</h1>
        <span>{longDay(new Date(), language)}</span>
      </header>
      <div className={css.columns}>
        <div className={css.lists}>
          {lists.map((view) => {
            const object = meta.data.objects.find(({ key }) => key === view.object);
            return (
              object && <ShortList key={view.key} meta={meta.data} object={object} view={view} />
            );
          })}
          {pins.length === 0 && <p className={css.hint}>{t("shell.pinHint")}</p>}
        </div>
        <aside className={css.side} aria-label={t("shell.aside")}>
          <Unread />
          <Recent />
        </aside>
      </div>
    </div>
  );
}
