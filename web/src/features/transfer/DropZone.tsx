/** The place where a file is dropped or chosen; says how much of it has left. */
import { Button, Progress } from "antd";
import { FileSpreadsheet } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { bring, type ImportDocument } from "@/api/imports";
import { useFailureText } from "@/ui/Failure";

import css from "./Transfer.module.css";

const KINDS = ".csv,.txt,.tsv,.xlsx,.xls,.ods";

interface Props {
  object: string;
  onBrought: (made: ImportDocument) => void;
}

export function DropZone({ object, onBrought }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { send, stop, name, share, error } = useBringing(object, onBrought);
  const busy = name !== "";
  return (
    <div
      className={`${css.drop} ${over ? css.over : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!busy);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!busy) send(event.dataTransfer.files[0]);
      }}
    >
      <input
        ref={input}
        type="file"
        accept={KINDS}
        hidden
        onChange={(event) => {
          send(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <FileSpreadsheet size={28} strokeWidth={1.25} aria-hidden />
      {busy ? (
        <div className={css.leaving} role="status">
          <span className="ell">{name}</span>
          <Progress
            percent={Math.round(share * 100)}
            size="small"
            showInfo={share < 1}
            aria-label={t("transfer.uploading")}
          />
          <span className={css.quiet}>
            {share < 1 ? t("transfer.uploading") : t("transfer.looking")}
          </span>
          <Button size="small" onClick={stop}>
            {t("ui.cancel")}
          </Button>
        </div>
      ) : (
        <>
          <p>{t("transfer.drop")}</p>
          <Button type="primary" onClick={() => input.current?.click()}>
            {t("transfer.choose")}
          </Button>
          <p className={css.quiet}>{t("transfer.kinds")}</p>
        </>
      )}
      {error != null && (
        <p className={css.wrong} role="alert">
          {failureText(error)}
        </p>
      )}
    </div>
  );
}

function useBringing(object: string, onBrought: (made: ImportDocument) => void) {
  const [state, setState] = useState<{ name: string; share: number; error?: unknown }>({
    name: "",
    share: 0,
  });
  const leaving = useRef<AbortController>(null);
  useEffect(() => () => leaving.current?.abort(), []);

  function send(file: File | undefined) {
    if (!file) return;
    const stop = new AbortController();
    leaving.current = stop;
    setState({ name: file.name, share: 0 });
    const onProgress = (share: number) => setState({ name: file.name, share });
    bring(file, object, { onProgress, signal: stop.signal }).then(onBrought, (error: unknown) =>
      setState({ name: "", share: 0, error: stop.signal.aborted ? undefined : error }),
    );
  }

  return { ...state, send, stop: () => leaving.current?.abort() };
}
