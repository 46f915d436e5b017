/** Files one at a time over the whole page: arrows lead on, Esc leads back. */
import { ChevronLeft, ChevronRight, Download, X, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { fileAddress } from "@/api/files";
import { bytes } from "@/lib/format/numbers";

import { IconButton } from "../IconButton";
import { kindOf } from "./kinds";
import css from "./Preview.module.css";
import { Shown } from "./Shown";
import { closePreview, stepPreview, type Looked } from "./store";

const STEP = 1.25;
const [SMALLEST, LARGEST] = [0.25, 6];
const ZOOMED = new Set(["image", "pdf"]);

export default function Viewer({ files, at }: Looked) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const file = files[at]!;
  const [zoom, setZoom] = useZoom(file.id);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    // The keys are the viewer's, not the first button's.
    element.focus();
    return () => element.close();
  }, []);

  function onKeyDown(event: KeyboardEvent) {
    // Shortcuts of the page below rest meanwhile.
    event.stopPropagation();
    if ((event.target as Element).closest("audio, video, input, [role=tablist]")) return;
    if (event.key === "ArrowRight") stepPreview(1);
    else if (event.key === "ArrowLeft") stepPreview(-1);
    else if (event.key === "+" || event.key === "=") setZoom(zoom * STEP);
    else if (event.key === "-") setZoom(zoom / STEP);
    else if (event.key === "0") setZoom(1);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      className={css.viewer}
      aria-label={t("preview.label", { name: file.name })}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        closePreview();
      }}
    >
      <header className={css.head}>
        <span className={`${css.name} ell`} title={file.name}>
          {file.name}
        </span>
        <span className={css.quiet}>{bytes(file.size)}</span>
        {files.length > 1 && <Steps at={at} count={files.length} />}
        <span className={css.spring} />
        {ZOOMED.has(kindOf(file)) && <Zoom zoom={zoom} onZoom={setZoom} />}
        <a
          className={css.save}
          href={fileAddress(file.id, true)}
          aria-label={t("preview.download")}
          title={t("preview.download")}
        >
          <Download size={16} aria-hidden />
        </a>
        <IconButton icon={X} label={t("preview.close")} onClick={closePreview} />
      </header>
      <div className={css.body}>
        <Shown key={file.id} file={file} zoom={zoom} onZoom={setZoom} onSwipe={stepPreview} />
      </div>
    </dialog>
  );
}

/** 1 fits the window; every file begins with it. */
function useZoom(id: string) {
  const [given, setGiven] = useState({ id, zoom: 1 });
  const zoom = given.id === id ? given.zoom : 1;
  const set = (next: number) => setGiven({ id, zoom: Math.min(LARGEST, Math.max(SMALLEST, next)) });
  return [zoom, set] as const;
}

function Zoom({ zoom, onZoom }: { zoom: number; onZoom: (zoom: number) => void }) {
  const { t } = useTranslation();
  return (
    <span className={css.zoom}>
      <IconButton icon={ZoomOut} label={t("preview.smaller")} onClick={() => onZoom(zoom / STEP)} />
      <button
        type="button"
        className={css.percent}
        title={t("preview.fit")}
        onClick={() => onZoom(1)}
      >
        {Math.round(zoom * 100)}%
      </button>
      <IconButton icon={ZoomIn} label={t("preview.larger")} onClick={() => onZoom(zoom * STEP)} />
    </span>
  );
}

/** Which of several it is, and the way to the others. */
function Steps({ at, count }: { at: number; count: number }) {
  const { t } = useTranslation();
  return (
    <span className={css.steps}>
      <IconButton
        icon={ChevronLeft}
        label={t("preview.previous")}
        disabled={at === 0}
        onClick={() => stepPreview(-1)}
      />
      <span className={css.quiet}>
        {at + 1} / {count}
      </span>
      <IconButton
        icon={ChevronRight}
        label={t("preview.next")}
        disabled={at === count - 1}
        onClick={() => stepPreview(1)}
      />
    </span>
  );
}
