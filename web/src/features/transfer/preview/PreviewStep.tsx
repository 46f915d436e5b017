/** What the import would do, row by row, before anything is written. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { commit, importKeys, type ImportDocument, type Outcome } from "@/api/imports";
import { Failure, useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import { Foot } from "../Foot";
import type { Draft } from "../mapping/useDraft";
import { written } from "../outcomes";
import type { Step } from "../Steps";
import type { Target } from "../target";
import css from "../Transfer.module.css";
import { CountBar } from "./CountBar";
import { Reasons } from "./Reasons";
import { rowsOf } from "./rows";
import { RowTable } from "./RowTable";

interface Props {
  made: ImportDocument;
  target: Target;
  draft: Draft;
  onGo: (step: Step) => void;
}

export function PreviewStep({ made, target, draft, onGo }: Props) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const kind = params.get("kind") as Outcome | null;
  const preview = made.preview;
  const counts = preview?.counts;
  const asked = made.questions;
  return (
    <>
      <div className={`${css.body} ${css.fixed}`} aria-busy={!counts}>
        {asked.length > 0 && (
          <p className={css.asked} role="alert">
            {asked[0]!.message}{" "}
            <Button
              type="link"
              size="small"
              onClick={() => onGo(asked[0]!.code === "import.header" ? "file" : "map")}
            >
              {t("transfer.answer")}
            </Button>
          </p>
        )}
        {preview?.failure && <Failure error={failed(preview.failure)} />}
        {!counts && !preview?.failure && [0, 1, 2, 3].map((row) => <Bar key={row} height={16} />)}
        {preview && counts && (
          <>
            <CountBar
              counts={counts}
              rows={made.rows}
              needed={preview.needed}
              ahead={preview.total - preview.done}
              chosen={kind}
              onChoose={(next) => setParams({ step: "preview", ...(next && { kind: next }) })}
            />
            {(kind === "error" || kind === "duplicate") && (
              <Reasons made={made} kind={kind} onGo={onGo} />
            )}
            <RowTable made={made} target={target} rows={rowsOf(preview, kind)} kind={kind} />
          </>
        )}
      </div>
      <Begin made={made} draft={draft} onGo={onGo} />
    </>
  );
}

function failed({ message }: { message: string }) {
  return Object.assign(new Error(message), { errors: [{ message }] });
}

function Begin({ made, draft, onGo }: Omit<Props, "target">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failureText = useFailureText();
  const [automations, setAutomations] = useState(made.automations);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => commit(made.id, automations),
    onSuccess: (fresh) => {
      client.setQueryData(importKeys.one(made.id), fresh);
      onGo("run");
    },
  });
  const counts = made.preview?.counts;
  const some = counts && made.preview?.state === "done" ? written(counts) : null;
  return (
    <Foot
      made={made}
      draft={draft}
      instead={
        error != null ? (
          <span className={css.wrong} role="alert">
            {failureText(error)}
          </span>
        ) : (
          <Checkbox
            checked={automations === "run"}
            onChange={(event) => setAutomations(event.target.checked ? "run" : "quiet")}
          >
            {t("transfer.automations")}
          </Checkbox>
        )
      }
    >
      <Button onClick={() => onGo("map")}>{t("transfer.toMapBack")}</Button>
      <Button
        type="primary"
        loading={isPending}
        disabled={draft.busy || made.questions.length > 0 || !counts || some === 0}
        onClick={() => mutate()}
      >
        {some === null ? t("transfer.beginAll") : t("transfer.beginSome", { count: some })}
      </Button>
    </Foot>
  );
}
