/** The import at work, and what became of it: figures, the rows left behind, the way back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress } from "antd";
import { CircleCheck, CircleSlash, CircleX, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { cancel, commit, errorsAddress, importKeys, type ImportDocument } from "@/api/imports";
import { keys } from "@/api/query";
import { number } from "@/lib/format/numbers";
import { useFailureText } from "@/ui/Failure";

import { stateOf, written } from "../outcomes";
import { CountBar } from "../preview/CountBar";
import type { Step } from "../Steps";
import { MEMBER, type Target } from "../target";
import css from "../Transfer.module.css";
import { importedPath } from "./imported";
import { Refused } from "./Refused";
import { RevertDialog } from "./RevertDialog";

interface Props {
  made: ImportDocument;
  target: Target;
  onGo: (step: Step) => void;
}

export function RunStep({ made, target, onGo }: Props) {
  const { t } = useTranslation();
  useFreshRecords(made);
  const { progress, counts } = made;
  const running = made.state === "running";
  const share = Math.min(1, progress.done / Math.max(1, progress.total));
  const refused = counts.error + counts.duplicate + counts.unlinked;
  return (
    <>
      <div className={`${css.body} ${refused && !running ? css.fixed : ""}`}>
        {running ? (
          <div className={css.running} role="status">
            <h2>{t(progress.sweep === 2 ? "transfer.linking" : "transfer.writing")}</h2>
            <Progress
              percent={Math.floor(share * 100)}
              status="active"
              aria-label={t("transfer.writing")}
            />
            <p className={css.quiet}>
              {t("transfer.tried", {
                done: number(progress.done),
                total: number(progress.total),
              })}
              {" · "}
              {t("transfer.mayLeave")}
            </p>
          </div>
        ) : (
          <Ended made={made} />
        )}
        <CountBar
          counts={counts}
          rows={made.rows}
          ahead={running ? progress.total - progress.done : 0}
          chosen={null}
        />
        {!running && refused > 0 && <Refused made={made} target={target} />}
      </div>
      <Ways made={made} target={target} onGo={onGo} refused={refused} />
    </>
  );
}

/** Lists that are open elsewhere show what has been written. */
function useFreshRecords(made: ImportDocument) {
  const client = useQueryClient();
  const { state, object } = made;
  useEffect(() => {
    if (state === "running") return;
    void client.invalidateQueries({ queryKey: keys.object(object) });
    void client.invalidateQueries({ queryKey: importKeys.list });
  }, [client, state, object]);
}

const ICONS = { done: CircleCheck, partly: CircleCheck, failed: CircleX };

function Ended({ made }: { made: ImportDocument }) {
  const { t } = useTranslation();
  const { key, tone } = stateOf(made);
  const Icon = ICONS[key as keyof typeof ICONS] ?? CircleSlash;
  const rows = written(made.counts);
  return (
    <div className={css.ended} role="status">
      <Icon size={20} className={css[tone]} aria-hidden />
      <h2>{t(`transfer.ended.${key}`, { count: rows, rows: number(rows) })}</h2>
      {made.failure && <p className={css.wrong}>{made.failure.message}</p>}
    </div>
  );
}

function Ways({ made, target, onGo, refused }: Props & { refused: number }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const failureText = useFailureText();
  const [reverting, setReverting] = useState(false);
  const { mutate, isPending } = useMutation({
    mutationFn: (go: "cancel" | "again") =>
      go === "cancel" ? cancel(made.id) : commit(made.id, made.automations),
    onSuccess: (fresh) => client.setQueryData(importKeys.one(made.id), fresh),
    onError: (error) => void message.error(failureText(error)),
    onSettled: () => client.invalidateQueries({ queryKey: importKeys.one(made.id) }),
  });
  const ended = made.state === "done" || made.state === "cancelled";
  // There is something to be seen, or taken back.
  const stands = ended && written(made.counts) > 0 && !made.taken_back;
  return (
    <footer className={css.foot}>
      <div className={css.sum}>
        {stands && (
          <Button icon={<Undo2 size={14} />} onClick={() => setReverting(true)}>
            {t("transfer.revert")}
          </Button>
        )}
        {refused > 0 && made.state !== "running" && (
          <Button href={errorsAddress(made.id)} download>
            {t("transfer.fetchErrors")}
          </Button>
        )}
      </div>
      <div className={css.ways}>
        {made.state === "running" && (
          <Button loading={isPending} onClick={() => mutate("cancel")}>
            {t("transfer.stop")}
          </Button>
        )}
        {made.state === "failed" && (
          <>
            <Button onClick={() => onGo("map")}>{t("transfer.toMapBack")}</Button>
            <Button type="primary" loading={isPending} onClick={() => mutate("again")}>
              {t("transfer.goOn")}
            </Button>
          </>
        )}
        {ended && (
          <>
            <Link to={`/import/${target.key}`}>
              <Button tabIndex={-1}>{t("transfer.onceMore")}</Button>
            </Link>
            {stands && target.key !== MEMBER && (
              <Link to={importedPath(made)}>
                <Button type="primary" tabIndex={-1}>
                  {t("transfer.see", { name: target.name })}
                </Button>
              </Link>
            )}
          </>
        )}
      </div>
      {reverting && (
        <RevertDialog made={made} target={target} onClose={() => setReverting(false)} />
      )}
    </footer>
  );
}
