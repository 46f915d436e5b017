/** What the member was told, latest first; reading, archiving, going there. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { BellOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { inboxKeys, markAllRead, readInbox, type State } from "@/api/notifications";
import { Empty } from "@/ui/Empty";
import { Failure, useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import css from "./Inbox.module.css";
import { Notice } from "./Notice";

export default function Inbox({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>("inbox");
  const pages = useInbox(state);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = pages.data?.pages[0]?.unread ?? 0;
  const allRead = useAllRead();
  return (
    <section className={css.inbox} aria-label={t("notifications.title")}>
      <header className={css.head}>
        <Segmented<State>
          size="small"
          value={state}
          onChange={setState}
          options={[
            { value: "inbox", label: t("notifications.inbox") },
            { value: "unread", label: t("notifications.unread") },
          ]}
        />
        <Button
          type="text"
          size="small"
          disabled={unread === 0}
          loading={allRead.isPending}
          onClick={() => items[0] && allRead.mutate(items[0].at)}
        >
          {t("notifications.readAll")}
        </Button>
      </header>
      {pages.error ? (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : pages.isPending ? (
        <Waiting />
      ) : items.length === 0 ? (
        <Empty icon={BellOff} text={t(`notifications.empty.${state}`)} />
      ) : (
        <ul className={css.list}>
          {items.map((item) => (
            <Notice key={item.id} item={item} onGo={onGo} />
          ))}
          {pages.hasNextPage && (
            <li className={css.more}>
              <Button
                type="text"
                size="small"
                loading={pages.isFetchingNextPage}
                onClick={() => void pages.fetchNextPage()}
              >
                {t("notifications.more")}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function useInbox(state: State) {
  return useInfiniteQuery({
    queryKey: inboxKeys.list(state),
    queryFn: ({ pageParam, signal }) => readInbox(state, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function useAllRead() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  return useMutation({
    mutationFn: markAllRead,
    onError: (error) => void message.error(failureText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.all }),
  });
}

function Waiting() {
  return (
    <div className={css.waiting} aria-busy="true">
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row}>
          <Bar width={24} height={24} />
          <Bar width={`${70 - row * 7}%`} />
        </div>
      ))}
    </div>
  );
}
