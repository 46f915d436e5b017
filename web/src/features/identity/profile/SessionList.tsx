/** Where the member is signed in, each with a way to end it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";

import { endOtherSessions, endSession, readSessions, type SignedIn } from "@/api/sessions";
import { useLanguage } from "@/i18n/useLabel";
import { ago } from "@/lib/format/dates";
import { Failure, useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { device } from "./device";
import css from "./ProfilePage.module.css";

export const SESSIONS_KEY = ["sessions"] as const;

export function SessionList() {
  const { data, error, refetch } = useQuery({ queryKey: SESSIONS_KEY, queryFn: readSessions });
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bar />;
  return (
    <ul>
      {data.map((session) => (
        <SessionRow key={session.id} session={session} />
      ))}
      {data.length > 2 && <EndOthers />}
    </ul>
  );
}

function SessionRow({ session }: { session: SignedIn }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const { mutate, isPending } = useMutation({
    mutationFn: () => endSession(session.id),
    onError: (error) => void message.error(failureText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
  return (
    <li className={css.row}>
      <div>
        {session.kind === "api" ? t("profile.api") : device(session.agent)}
        <p className={css.meta}>
          {session.ip} · {ago(session.seen_at, language)} · {session.workspace_name}
        </p>
      </div>
      {session.current ? (
        <span className={css.meta}>{t("profile.thisOne")}</span>
      ) : (
        <Button loading={isPending} onClick={() => mutate()}>
          {t("profile.end")}
        </Button>
      )}
    </li>
  );
}

function EndOthers() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const { mutate, isPending } = useMutation({
    mutationFn: endOtherSessions,
    onError: (error) => void message.error(failureText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
  return (
    <li className={css.row}>
      <div className={css.meta}>{t("profile.endOthersHint")}</div>
      <Button danger loading={isPending} onClick={() => mutate()}>
        {t("profile.endOthers")}
      </Button>
    </li>
  );
}
