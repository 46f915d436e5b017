/** A record beside the list it was chosen in: `?peek=<id>`; the list stays as it is. */
import { ExternalLink, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate, useSearchParams } from "react-router";

import { IconButton } from "@/ui/IconButton";
import { later } from "@/ui/later";
import { PageSkeleton } from "@/ui/Skeleton";
import { Beside } from "@/ui/useMedia";

import css from "./Peek.module.css";

const RecordPage = later(() => import("@/features/records/page/RecordPage"), PageSkeleton);

export function Peek() {
  const { pathname } = useLocation();
  const [params, setParams] = useSearchParams();
  const object = /^\/o\/([^/]+)$/.exec(pathname)?.[1];
  const id = params.get("peek");
  if (!object || !id) return null;

  function close() {
    setParams(
      (old) => {
        old.delete("peek");
        return old;
      },
      { replace: true },
    );
  }

  return <Panel object={object} id={id} onClose={close} />;
}

interface Props {
  object: string;
  id: string;
  onClose: () => void;
}

function Panel({ object, id, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const target = event.target as Element | null;
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (!target?.closest("input, textarea, [role=dialog]")) onClose();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
  return (
    <aside className={css.peek} aria-label={t("shell.peek")}>
      <header className={css.top}>
        <IconButton
          icon={ExternalLink}
          label={t("shell.openPage")}
          onClick={() => void navigate(`/o/${object}/${id}`)}
        />
        <IconButton icon={X} label={t("ui.close")} hint="Esc" onClick={onClose} />
      </header>
      <div className={css.body}>
        <Beside value={true}>
          <RecordPage key={id} beside={{ object, id }} />
        </Beside>
      </div>
    </aside>
  );
}
