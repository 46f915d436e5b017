/** A phone's navigation: the workbench and the first objects in thumb's reach, the rest in a drawer. */
import { House, Menu, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { navigable, useMeta } from "@/api/catalogue";
import { usePlural } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";
import { Sheet } from "@/ui/Sheet";

import { Navigation } from "./Navigation";
import css from "./Shell.module.css";
import { WorkspaceMenu } from "./WorkspaceMenu";

const SHOWN = 2;
const TAP_MS = 300;
// As in Shell.module.css.
const TYPED = 'textarea, [contenteditable], input:not([type="checkbox"], [type="radio"])';

export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const { data } = useMeta();
  const label = usePlural();
  const [open, setOpen] = useState(false);
  return (
    <nav ref={useAway()} className={css.bottom} aria-label={t("shell.navigation")}>
      <NavLink to="/" end>
        <House size={20} strokeWidth={1.75} aria-hidden />
        {t("shell.home")}
      </NavLink>
      {navigable(data)
        .slice(0, SHOWN)
        .map((object) => (
          <NavLink key={object.key} to={`/o/${object.key}`}>
            <ObjectIcon name={object.icon} size={20} />
            <span className="ell">{label(object.label)}</span>
          </NavLink>
        ))}
      <button type="button" onClick={onSearch}>
        <Search size={20} strokeWidth={1.75} aria-hidden />
        {t("shell.searchShort")}
      </button>
      <button type="button" onClick={() => setOpen(true)}>
        <Menu size={20} strokeWidth={1.75} aria-hidden />
        {t("shell.more")}
      </button>
      <Sheet
        open={open}
        onClose={() => setOpen(false)}
        placement="left"
        size={280}
        closable={false}
        styles={{ body: { padding: 0 } }}
        className={css.drawer}
      >
        <WorkspaceMenu />
        <Navigation onGo={() => setOpen(false)} />
      </Sheet>
    </nav>
  );
}

/**
 * The bar is away while somebody types, and a moment longer: a tap on a button takes the focus first, and
 * what came back under the finger would get the rest of the tap.
 */
function useAway() {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    let timer = 0;
    function rest({ target }: FocusEvent) {
      const away = bar.current;
      if (!away || !(target as Element).matches(TYPED)) return;
      away.dataset.away = "";
      clearTimeout(timer);
      timer = window.setTimeout(() => delete away.dataset.away, TAP_MS);
    }
    document.addEventListener("focusout", rest, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("focusout", rest, true);
    };
  }, []);
  return bar;
}
