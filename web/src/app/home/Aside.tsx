/** Beside the lists: what the member was told, and what they looked at last. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMeta } from "@/api/catalogue";
import { inboxKeys, readInbox } from "@/api/notifications";
import { useRecent } from "@/api/recent";
import { Notice } from "@/features/notifications/Notice";
import { useLanguage } from "@/i18n/useLabel";
import { ago } from "@/lib/format/dates";
import { ObjectIcon } from "@/ui/icons";

import css from "./Home.module.css";

const NOTICES = 4;
const VISITED = 10;

export function useUnread() {
  return useQuery({
    queryKey: [...inboxKeys.list("unread"), "home"],
    queryFn: ({ signal }) => readInbox("unread", undefined, signal),
  });
}

export function Unread() {
  const { t } = useTranslation();
  const { data } = useUnread();
  const items = data?.items.slice(0, NOTICES) ?? [];
  return (
    <section className={css.card} aria-label={t("notifications.title")}>
      <h2>
        {t("notifications.unread")}
        {items.length > 0 && <span className={css.count}>{data?.unread}</span>}
      </h2>
      {data && items.length === 0 && <p className={css.none}>{t("notifications.empty.unread")}</p>}
      <ul>
        {items.map((item) => (
          <Notice key={item.id} item={item} onGo={() => undefined} />
        ))}
      </ul>
    </section>
  );
}

export function Recent() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: meta } = useMeta();
  const { data } = useRecent();
  const icons = new Map(meta?.objects.map((object) => [object.key, object.icon]));
  return (
    <section className={css.card} aria-label={t("shell.recent")}>
      <h2>{t("shell.recent")}</h2>
      {data?.length === 0 && <p className={css.none}>{t("shell.noRecent")}</p>}
      <ul>
        {data?.slice(0, VISITED).map((visit) => (
          <li key={visit.id}>
            <Link to={`/o/${visit.object}/${visit.id}`} className={css.row}>
              <ObjectIcon name={icons.get(visit.object) ?? null} />
              <span className={`${css.title} ell`}>{visit.title || t("fields.untitled")}</span>
              <time dateTime={visit.at} className={css.fact}>
                {ago(visit.at, language)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
