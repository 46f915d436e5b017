/** Lines above everything: no network, a newer build, a connection others can read. */
import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useSession } from "@/api/session";
import { useOnline } from "@/ui/useOnline";

import { takeOver, useNewer } from "../updates";
import css from "./Shell.module.css";

export function Notices() {
  const { t } = useTranslation();
  const online = useOnline();
  const newer = useNewer();
  const { data: session } = useSession();
  return (
    <div role="status">
      {!online && (
        <div className={css.notice}>
          <WifiOff size={14} aria-hidden />
          {t("shell.offline")}
        </div>
      )}
      {newer && (
        <div className={`${css.notice} ${css.news}`}>
          {t("shell.newer")}
          <button type="button" onClick={takeOver}>
            {t("shell.takeOver")}
          </button>
        </div>
      )}
      {session?.insecure && <div className={css.notice}>{t("shell.insecure")}</div>}
    </div>
  );
}
