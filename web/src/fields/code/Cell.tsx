/** What a code says, in letters of one width; its page shows the code itself on demand. */
import { QrCode } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Popup } from "@/ui/Popup";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

const Shown = lazy(() => import("./Shown"));

export default function CodeCell({ field, value, place }: CellProps<string>) {
  const { t } = useTranslation();
  const text = (
    <span className={`${css.line} ${css.mono}`} title={value}>
      {value}
    </span>
  );
  if (place !== "page" || (field.symbology ?? "qr") !== "qr") return text;
  return (
    <span className={css.option}>
      {text}
      <Popup
        content={() => (
          <div style={{ width: 184, height: 184 }}>
            <Suspense fallback={null}>
              <Shown text={value} />
            </Suspense>
          </div>
        )}
      >
        <button
          type="button"
          aria-label={t("fields.showCode")}
          onClick={(event) => event.stopPropagation()}
        >
          <QrCode size={15} aria-hidden />
        </button>
      </Popup>
    </span>
  );
}
