/** A signature drawn with finger, pen or mouse, kept as a picture. */
import { Button } from "antd";
import { PenLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import SignaturePad from "signature_pad";

import type { StoredFile } from "@/api/types";

import css from "../Editor.module.css";
import { FilesEditor, type Add } from "../FilesEditor";
import type { EditorProps } from "../protocol";
import { useMade } from "../uploads";
import own from "./Editor.module.css";

export default function SignatureEditor(props: EditorProps<StoredFile[]>) {
  const { autoFocus, id } = props;
  return (
    <FilesEditor
      {...props}
      choosing={false}
      making={(add) => <Drawing add={add} autoFocus={autoFocus} id={id} />}
    />
  );
}

function Drawing({ add, autoFocus, id }: { add: Add; autoFocus?: boolean; id?: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <Button
        id={id}
        aria-label={t("fields.sign")}
        autoFocus={autoFocus}
        icon={<PenLine size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t("fields.sign")}
      </Button>
    );
  }
  return (
    <Sheet
      onClose={() => setOpen(false)}
      onDone={(picture) => {
        add(picture, "signature.png");
        setOpen(false);
      }}
    />
  );
}

function Sheet({ onDone, onClose }: { onDone: (picture: Blob) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePad>(null);
  const [drawn, setDrawn] = useState(false);
  useMade(drawn, t("fields.sign"), true);

  useEffect(() => {
    const element = canvas.current!;
    const ratio = Math.max(window.devicePixelRatio, 1);
    element.width = element.offsetWidth * ratio;
    element.height = element.offsetHeight * ratio;
    element.getContext("2d")!.scale(ratio, ratio);
    // Paper is white in the dark too: the picture is printed.
    const made = new SignaturePad(element, { backgroundColor: "#fff", penColor: "#16181d" });
    made.addEventListener("endStroke", () => setDrawn(true));
    pad.current = made;
    return () => made.off();
  }, []);

  return (
    <div className={own.sheet}>
      <canvas ref={canvas} className={own.canvas} aria-label={t("fields.signHere")} role="img" />
      {!drawn && <span className={own.hint}>{t("fields.signHere")}</span>}
      <span className={css.row}>
        <Button
          type="primary"
          disabled={!drawn}
          onClick={() => canvas.current!.toBlob((blob) => blob && onDone(blob), "image/png")}
        >
          {t("fields.useSignature")}
        </Button>
        <Button
          disabled={!drawn}
          onClick={() => {
            pad.current?.clear();
            setDrawn(false);
          }}
        >
          {t("fields.signAgain")}
        </Button>
        <Button type="text" onClick={onClose}>
          {t("fields.cancel")}
        </Button>
      </span>
    </div>
  );
}
