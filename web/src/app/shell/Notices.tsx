/** Lines above everything: no network, a connection others can read. */
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { useSession } from "@/api/session";

import css from "./Shell.module.css";

export function Notices() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const { data: session } = useSession();
  return (
    <div role="status">
      {!online && (
        <div className={css.notice}>
          <WifiOff size={14} aria-hidden />
          {t("shell.offline")}
        </div>
      )}
      {session?.insecure && <div className={css.notice}>{t("shell.insecure")}</div>}
    </div>
  );
}

function subscribe(tell: () => void): () => void {
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  return () => {
    window.removeEventListener("online", tell);
    window.removeEventListener("offline", tell);
  };
}
