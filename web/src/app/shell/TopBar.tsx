/** The top: search, notices to the member, the member. */
import { CircleHelp, Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { IconButton } from "@/ui/IconButton";
import { useNarrow } from "@/ui/useMedia";

import { BellSlot, NewSlot } from "../slots";
import { keysShown } from "@/ui/shortcuts";
import { MemberMenu } from "./MemberMenu";
import css from "./Shell.module.css";

export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <header className={css.top}>
      <button type="button" className={css.search} onClick={onSearch}>
        <Search size={15} aria-hidden />
        <span className="ell">{t("shell.search")}</span>
        {!narrow && <kbd>{keysShown("palette").join(" ")}</kbd>}
      </button>
      <span className={css.space} />
      {!narrow && (
        <IconButton icon={CircleHelp} label={t("shortcuts.title")} hint="?" onClick={onHelp} />
      )}
      <NewSlot />
      <BellSlot />
      <MemberMenu />
    </header>
  );
}
