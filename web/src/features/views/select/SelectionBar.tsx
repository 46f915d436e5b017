/** What is done with the ticked records: change a field, hand over, delete, all taken back at once. */
import { Pencil, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta, Row } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { later } from "@/ui/later";
import { useShortcut } from "@/ui/shortcuts";
import { useNarrow } from "@/ui/useMedia";

import type { Look } from "../state/look";
import css from "./Select.module.css";
import type { Selection } from "./useSelection";

const MassChange = later(async () => ({ default: (await import("./MassChange")).MassChange }));

interface Props {
  object: ObjectMeta;
  look: Look;
  rows: Row[];
  total?: number;
  selection: Selection;
}

export function SelectionBar({ object, look, rows, total, selection }: Props) {
  const { t } = useTranslation();
  const [op, setOp] = useState<"update" | "delete">();
  const narrow = useNarrow();
  const { ids, everything, picking, setEverything, clear } = selection;
  useUnselect(selection, op == null);
  const count = everything ? (total ?? 0) : ids.size;
  if (count === 0 && !picking) return null;
  // A phone has no head to tick: all of it is one tap away.
  const reached = narrow || ids.size >= rows.length;
  const offers = !everything && total != null && reached && total > ids.size;
  return (
    <div className={css.bar} role="toolbar" aria-label={t("list.selection")}>
      <span role="status">{t("list.selected", { count })}</span>
      {offers && (
        <Button type="link" size="small" onClick={setEverything}>
          {t("list.selectAll", { count: total })}
        </Button>
      )}
      <span className={css.space} />
      <span className={css.acts}>
        {object.verbs.includes("update") && (
          <Button disabled={!count} icon={<Pencil size={14} />} onClick={() => setOp("update")}>
            {t("list.massEdit")}
          </Button>
        )}
        {object.verbs.includes("delete") && (
          <Button
            danger
            disabled={!count}
            icon={<Trash2 size={14} />}
            onClick={() => setOp("delete")}
          >
            {t("list.massDelete")}
          </Button>
        )}
      </span>
      <IconButton icon={X} label={t("list.selectNone")} hint="Esc" onClick={clear} />
      {op && (
        <MassChange
          op={op}
          object={object}
          look={look}
          rows={rows}
          count={count}
          selection={selection}
          onClose={() => setOp(undefined)}
        />
      )}
    </div>
  );
}

/** Esc, while anything is ticked and no dialog is open. */
function useUnselect({ ids, everything, picking, clear }: Selection, free: boolean) {
  const chosen = everything || picking || ids.size > 0;
  useShortcut("unselect", clear, free && chosen);
}
