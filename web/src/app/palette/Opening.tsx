/** The palette while its code is on its way: what is typed already is not lost, nor taken for keys of the page. */
import { useTranslation } from "react-i18next";
import { Search } from "lucide-react";

import css from "./Palette.module.css";

interface Props {
  onText: (text: string) => void;
  onClose: () => void;
}

export function Opening({ onText, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.overlay} onClick={onClose}>
      <div
        className={css.dialog}
        role="dialog"
        aria-label={t("shell.search")}
        aria-busy
        onClick={(event) => event.stopPropagation()}
      >
        <div className={css.ask}>
          <Search size={17} strokeWidth={1.75} aria-hidden />
          <input
            autoFocus
            aria-label={t("shell.search")}
            onChange={(event) => onText(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && onClose()}
          />
        </div>
      </div>
    </div>
  );
}
