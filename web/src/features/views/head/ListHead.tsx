/** Above the rows: which view, how many, and what can be done with the whole. */
import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import type { Meta, ObjectMeta } from "@/api/types";
import type { View } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";
import { Button } from "@/ui/Button";
import { SearchInput } from "@/ui/SearchInput";
import { useShortcut } from "@/ui/shortcuts";
import { useNarrow } from "@/ui/useMedia";

import { FilterButton } from "../filter/FilterButton";
import type { Look, LookChange } from "../state/look";
import { ByButton } from "./ByButton";
import { ColumnsButton } from "./ColumnsButton";
import { GroupButton } from "./GroupButton";
import css from "./Head.module.css";
import { MoreMenu } from "./MoreMenu";
import { ShownAs } from "./ShownAs";
import { ViewMenu } from "./ViewMenu";
import { ViewSaving } from "./ViewSaving";

interface Props {
  meta: Meta;
  object: ObjectMeta;
  views: View[];
  look: Look;
  total?: number;
  change: (change: LookChange) => void;
  reset: () => void;
}

export function ListHead(props: Props) {
  const { meta, object, look, total, change } = props;
  const { t } = useTranslation();
  const narrow = useNarrow();
  const creates = object.verbs.includes("create");
  const [params] = useSearchParams();
  const fresh = `?${new URLSearchParams([...params, ["new", object.key]])}`;
  return (
    <header className={css.head}>
      <div className={css.line}>
        <ViewMenu {...props} />
        {total != null && (
          <span className={css.total}>
            {t(narrow ? "list.totalShort" : "list.total", { count: total })}
          </span>
        )}
        <ViewSaving {...props} />
        <span className={css.space} />
        {!narrow && <Find q={look.q} onFind={(q) => change({ q })} />}
        <MoreMenu object={object} look={look} />
        {creates && (
          <Link to={fresh} className={css.create}>
            <Button
              type="primary"
              icon={<Plus size={15} />}
              tabIndex={-1}
              aria-label={t("shortcuts.create")}
            >
              {narrow ? null : t("shortcuts.create")}
            </Button>
          </Link>
        )}
      </div>
      <div className={css.tools}>
        <ShownAs object={object} look={look} change={change} />
        <ByButton object={object} look={look} change={change} />
        <FilterButton meta={meta} object={object} look={look} change={change} />
        {look.type === "list" && !narrow && (
          <>
            <GroupButton object={object} look={look} change={change} />
            <ColumnsButton object={object} look={look} change={change} />
          </>
        )}
        {look.view?.notes.map((note) => (
          <span key={note.code} className={css.note}>
            {note.message}
          </span>
        ))}
      </div>
    </header>
  );
}

const WAIT_MS = 250;

/** Finds by any part, pinyin, first letters, digits of a phone. */
export function Find({ q, onFind }: { q: string; onFind: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  useEffect(() => {
    if (text === q) return undefined;
    const wait = setTimeout(() => onFind(text.trim()), WAIT_MS);
    return () => clearTimeout(wait);
    // What the address says meanwhile must not undo what is typed.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  useShortcut("find", () => document.getElementById("list-find")?.focus());
  return (
    <SearchInput
      id="list-find"
      className={css.find}
      value={text}
      label={t("list.find")}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
    />
  );
}

export function useTitle(object: ObjectMeta, look: Look): string {
  const label = useLabel();
  return look.view ? look.view.title : label(object.label);
}
