/** What happened to a record, latest first: changes, activities, comments, files. */
import { Bell, BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMeta } from "@/api/catalogue";
import {
  useFollow,
  useFollowers,
  useRestoreValue,
  useTimeline,
  type FieldChange,
  type Happening,
  type HistoryEntry,
} from "@/api/timeline";
import type { ObjectMeta, Row } from "@/api/types";
import { App } from "antd";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";
import { Avatar } from "@/ui/Avatar";
import { Failure, useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { PageSkeleton } from "@/ui/Skeleton";
import { useUndo } from "@/ui/useUndo";

import { CommentBox } from "./CommentBox";
import { CommentEntry } from "./CommentEntry";
import { HistoryChanges } from "./HistoryChanges";
import css from "./Timeline.module.css";

const KINDS = ["", "comment", "record", "history", "file"];

export function Timeline({ object, row }: { object: ObjectMeta; row: Row }) {
  const { t } = useTranslation();
  const [kinds, setKinds] = useState("");
  const pages = useTimeline(object.key, row.id, kinds);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const comments = items.flatMap((item) => (item.kind === "comment" ? [item.comment] : []));
  return (
    <section className={css.timeline} aria-label={t("timeline.title")}>
      <div className={css.kinds}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            className={css.kind}
            aria-pressed={kinds === kind}
            onClick={() => setKinds(kind)}
          >
            {t(`timeline.kinds.${kind || "all"}`)}
          </button>
        ))}
        <span className={css.spring} />
        <Follow object={object.key} id={row.id} />
      </div>
      <CommentBox object={object.key} id={row.id} />
      {pages.error && <Failure error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <PageSkeleton />}
      <ul className={css.entries}>
        {items.map((item) => (
          <li key={keyOf(item)}>
            <Entry object={object} row={row} item={item}>
              {item.kind === "comment" && (
                <CommentEntry
                  object={object.key}
                  id={row.id}
                  comment={item.comment}
                  answered={comments.find((each) => each.id === item.comment.reply_to)}
                />
              )}
            </Entry>
          </li>
        ))}
      </ul>
      {pages.data && items.length === 0 && <p className={css.did}>{t("timeline.empty")}</p>}
      {pages.hasNextPage && (
        <button type="button" className={css.more} onClick={() => void pages.fetchNextPage()}>
          {t("timeline.more")}
        </button>
      )}
    </section>
  );
}

interface EntryProps {
  object: ObjectMeta;
  row: Row;
  item: Happening;
  children: React.ReactNode;
}

function Entry({ object, row, item, children }: EntryProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const restore = useRestore(object, row);
  const name = actorOf(item) ?? t("timeline.system");
  return (
    <>
      <Avatar name={name} size={22} />
      <div>
        <p className={css.who}>
          <strong>{name}</strong>
          <span className={`${css.did} ell`}>{<Did item={item} />}</span>
          <time dateTime={item.at} title={exactInstant(item.at)}>
            {ago(item.at, language)}
          </time>
        </p>
        {children}
        {item.kind === "history" && <Via via={item.history.via} reason={item.history.reason} />}
        {item.kind === "history" && (
          <HistoryChanges
            object={object}
            entry={item.history}
            onRestore={(change) => restore(item.history, change)}
          />
        )}
        {item.kind === "record" && (
          <Link className={css.text} to={`/o/${item.object}/${item.record.id}`}>
            {item.record.title || t("fields.untitled")}
          </Link>
        )}
      </div>
    </>
  );
}

function Did({ item }: { item: Happening }) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  if (item.kind === "comment") return t("timeline.commented");
  if (item.kind === "record") {
    const found = meta?.objects.find((each) => each.key === item.object);
    return label(found?.label);
  }
  const { op, changes } = item.history;
  return t(`timeline.ops.${op}`, { count: changes.length, defaultValue: op });
}

/** By which way it came, and why: a line of its own, for both may be long. */
function Via({ via, reason }: { via: string; reason: string | null }) {
  const { t } = useTranslation();
  const way = via === "browser" ? "" : t(`timeline.via.${via}`, { defaultValue: via });
  const told = [way, reason].filter(Boolean).join(" · ");
  return told && <span className={css.via}>{told}</span>;
}

/** Write the value of before again; told with the way back. */
export function useRestore(object: ObjectMeta, row: Row) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const tell = useUndo();
  const { mutateAsync } = useRestoreValue(object.key, row.id);
  return (entry: HistoryEntry, change: FieldChange, side: "from" | "to" = "from") => {
    mutateAsync({ entry: entry.id, field: change.field, side }).then(
      ({ changeset }) => tell(t("timeline.restored"), changeset),
      (error) => void message.error(failureText(error)),
    );
  };
}

function Follow({ object, id }: { object: string; id: string }) {
  const { t } = useTranslation();
  const { data } = useFollowers(object, id);
  const { mutate } = useFollow(object, id);
  const on = data?.following ?? false;
  const tip = t(on ? "timeline.following" : "timeline.follow", { count: data?.total ?? 0 });
  return (
    <IconButton
      icon={on ? Bell : BellOff}
      label={tip}
      aria-pressed={on}
      onClick={() => mutate(!on)}
    />
  );
}

function actorOf(item: Happening): string | null | undefined {
  if (item.kind === "comment") return item.comment.author.title;
  if (item.kind === "history") return item.history.actor?.title;
  return item.record.owner?.title ?? item.record.created_by?.title;
}

function keyOf(item: Happening): string {
  if (item.kind === "comment") return item.comment.id;
  return item.kind === "history" ? String(item.history.id) : item.record.id;
}
