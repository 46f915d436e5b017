/** A recording made here, with its level and length, or a file of one. */
import { Button } from "antd";
import { Mic, Square } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { StoredFile } from "@/api/types";

import css from "../Editor.module.css";
import { FilesEditor, type Add } from "../FilesEditor";
import type { EditorProps } from "../protocol";
import { useMade } from "../uploads";
import { useRecorder } from "./useRecorder";

export default function AudioEditor(props: EditorProps<StoredFile[]>) {
  const { autoFocus, id } = props;
  const { t } = useTranslation();
  return (
    <FilesEditor
      {...props}
      label={t("fields.chooseRecording")}
      making={(add) => <Recording add={add} autoFocus={autoFocus} id={id} />}
    />
  );
}

function Recording({ add, autoFocus, id }: { add: Add; autoFocus?: boolean; id?: string }) {
  const { t } = useTranslation();
  const { state, seconds, level, start, stop } = useRecorder((recording) => {
    const ending = recording.type.startsWith("audio/mp4") ? "m4a" : "webm";
    const time = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
    add(recording, `recording-${time}.${ending}`);
  });
  useMade(state === "on", t("fields.record"), true);
  if (state === "on") {
    return (
      <span className={css.row}>
        <Button danger icon={<Square size={12} aria-hidden />} onClick={stop}>
          {t("fields.stopRecording")}
        </Button>
        <meter min={0} max={1} value={level} aria-label={t("fields.level")} />
        <span role="timer">{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`}</span>
      </span>
    );
  }
  return (
    <span className={css.row}>
      <Button
        id={id}
        aria-label={t("fields.record")}
        autoFocus={autoFocus}
        icon={<Mic size={14} aria-hidden />}
        onClick={() => void start()}
      >
        {t("fields.record")}
      </Button>
      {state === "refused" && (
        <span role="alert" className={css.wrong}>
          {t("fields.microphoneRefused")}
        </span>
      )}
    </span>
  );
}
