/** What a code says: typed, sent by a hand scanner, or read by the camera. */
import { ScanLine } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import css from "../Editor.module.css";
import type { EditorProps } from "../protocol";
import { TypedText } from "../TypedText";
import { hasCamera } from "../useCamera";

const Scanner = lazy(() => import("./Scanner"));

export default function CodeEditor(props: EditorProps<string>) {
  const { field, onChange } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const scannable = hasCamera() && (field.symbology ?? "qr") === "qr";
  return (
    <>
      <TypedText
        {...props}
        mode="text"
        placeholder={t("fields.codeHint")}
        suffix={
          scannable ? (
            <button
              type="button"
              className={css.icon}
              aria-label={t("fields.scan")}
              onClick={() => setOpen(true)}
            >
              <ScanLine size={15} aria-hidden />
            </button>
          ) : undefined
        }
      />
      {open && (
        <Suspense fallback={null}>
          <Scanner
            onClose={() => setOpen(false)}
            onFound={(text) => {
              onChange(text);
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
