/** The frame when nobody answers: says so calmly, and goes on by itself once somebody does. */
import { WifiOff } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import css from "./Unreached.module.css";

import { Button } from "@/ui/Button";

const AGAIN_MS = 15_000;

export function Unreached({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setInterval(onRetry, AGAIN_MS);
    window.addEventListener("online", onRetry);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", onRetry);
    };
  }, [onRetry]);
  return (
    <div className={css.page}>
      <header className={css.top}>
        <img src="/icon.svg" alt="" width={22} height={22} />
        {t("shell.product")}
      </header>
      <main className={css.told} role="status">
        <WifiOff size={22} strokeWidth={1.5} aria-hidden />
        <h1>{t("shell.unreached")}</h1>
        <p>{t("shell.unreachedTold")}</p>
        <Button onClick={onRetry}>{t("ui.retry")}</Button>
      </main>
    </div>
  );
}
