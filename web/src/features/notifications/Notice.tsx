/** One notice: who did what, when; the whole of it leads to its record. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Archive, FileDown, FileUp, MailOpen, Settings, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { fetchFile, readExport, save } from "@/api/exports";
import { inboxKeys, mark, type Mark, type Notification } from "@/api/notifications";
import { useLanguage } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";
import { Avatar } from "@/ui/Avatar";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { told } from "@/ui/told";

import css from "./Inbox.module.css";

const ICONS: Record<string, LucideIcon> = { import: FileUp, export: FileDown, job: Settings };

export function Notice({ item, onGo }: { item: Notification; onGo: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const marking = useMark(item);
  const fetching = useFetching();
  const path = pathOf(item);

  function open() {
    if (!item.read) marking.mutate("read");
    if (item.about.export) fetching.mutate(item.about.export);
    if (!path) return;
    onGo();
    void navigate(path);
  }

  return (
    <li className={`${css.notice} ${item.read ? "" : css.fresh}`}>
      <button type="button" className={css.open} onClick={open}>
        <Face item={item} />
        <span className={css.words}>
          <span>{item.text}</span>
          {item.comment && <q className={css.quote}>{item.comment.text}</q>}
          <time dateTime={item.at} title={exactInstant(item.at)}>
            {ago(item.at, language)}
            {item.about.export && <em>{t("notifications.fetch")}</em>}
            {item.about.import && <em>{t("notifications.look")}</em>}
          </time>
        </span>
        {!item.read && <span className={css.dot} aria-label={t("notifications.unread")} />}
      </button>
      <span className={css.tools}>
        {!item.read && (
          <IconButton
            icon={MailOpen}
            label={t("notifications.markRead")}
            onClick={() => marking.mutate("read")}
          />
        )}
        <IconButton
          icon={Archive}
          label={t("notifications.archive")}
          onClick={() => marking.mutate("archived")}
        />
      </span>
    </li>
  );
}

function pathOf({ about, object, record }: Notification): string | undefined {
  if (about.import) return `/imports/${about.import}`;
  return object && record ? `/o/${object}/${record.id}` : undefined;
}

/** Fetch an export that is ready; one that failed or has expired says so. */
function useFetching() {
  const { t } = useTranslation();
  const failureText = useFailureText();
  return useMutation({
    mutationFn: async (id: string) => {
      const { file, problem } = await readExport(id);
      if (file) save(await fetchFile(file));
      else void told.message.warning(problem?.message ?? t("notifications.exportGone"));
    },
    onError: (error) => void told.message.error(failureText(error)),
  });
}

function Face({ item }: { item: Notification }) {
  const Icon = ICONS[item.kind];
  if (!Icon) return <Avatar name={item.actor?.title ?? ""} size={24} />;
  return (
    <span className={css.face}>
      <Icon size={14} aria-hidden />
    </span>
  );
}

function useMark(item: Notification) {
  const client = useQueryClient();
  const failureText = useFailureText();
  return useMutation({
    mutationFn: (to: Mark) => mark(to, [item.id]),
    onError: (error) => void told.message.error(failureText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.all }),
  });
}
