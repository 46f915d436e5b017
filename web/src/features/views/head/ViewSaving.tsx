/** Keeping what a view was changed to: for oneself, or for everybody who sees it. */
import { Bookmark } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import { dropView, keepView, useViewsChanged, type View } from "@/api/views";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";
import { later } from "@/ui/later";
import { Menu } from "@/ui/Menu";
import { told } from "@/ui/told";
import { useNarrow } from "@/ui/useMedia";

import { bodyOf } from "../state/body";
import type { Look, LookChange } from "../state/look";
import css from "./Head.module.css";

const SaveDialog = later(async () => ({ default: (await import("./SaveDialog")).SaveDialog }));

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
  reset: () => void;
}

export function ViewSaving({ object, look, change, reset }: Props) {
  const { t } = useTranslation();
  const changed = useViewsChanged(object.key);
  const attempt = useAttempt(changed);
  const [naming, setNaming] = useState<"new" | "old">();
  const { view } = look;
  const mine = view?.changeable ? view : undefined;

  async function save(into: View) {
    const body = bodyOf(object, look, into);
    if (await attempt(() => keepView(body, into), t("list.viewSaved"))) reset();
  }

  async function remove(gone: View) {
    const ask = {
      title: t("list.dropView", { name: gone.title }),
      content: t(gone.own ? "list.dropViewTold" : "list.dropSharedTold"),
    };
    if (!(await told.modal.confirm(ask))) return;
    await attempt(() => dropView(gone), t("list.viewDropped"));
    change({ view: null });
  }

  // A phone has no room for them beside the name.
  const narrow = useNarrow();
  const folded = look.changed && narrow;
  const entry = (key: string, label: string, onClick: () => void) => ({ key, label, onClick });
  const items = [
    folded && mine && entry("save", t("list.saveView"), () => void save(mine)),
    folded && entry("reset", t("list.resetView"), reset),
    entry("as", t("list.saveAs"), () => setNaming("new")),
    mine && entry("settings", t("list.viewSettings"), () => setNaming("old")),
    mine && { ...entry("drop", t("list.deleteView"), () => void remove(mine)), danger: true },
  ].filter((each) => each != null && each !== false);
  return (
    <>
      {look.changed && !narrow ? (
        <span className={css.saving}>
          {mine && (
            <Button size="small" onClick={() => void save(mine)}>
              {t("list.saveView")}
            </Button>
          )}
          <Button size="small" type="text" onClick={() => setNaming("new")}>
            {t("list.saveAs")}
          </Button>
          <Button size="small" type="text" onClick={reset}>
            {t("list.resetView")}
          </Button>
        </span>
      ) : (
        <Badge count={folded} offset={[-14, 14]}>
          <Menu menu={{ items }}>
            <IconButton icon={Bookmark} label={t("list.view")} />
          </Menu>
        </Badge>
      )}
      {naming && (
        <SaveDialog
          object={object}
          look={look}
          view={naming === "old" ? mine : undefined}
          onClose={() => setNaming(undefined)}
          onSaved={(key) => {
            setNaming(undefined);
            if (naming === "new") reset();
            void changed().then(() => key !== view?.key && change({ view: key }));
          }}
        />
      )}
    </>
  );
}

/** Do it and say so, or say why not; true when it was done. */
function useAttempt(changed: () => Promise<void>) {
  const failureText = useFailureText();
  return async (act: () => Promise<unknown>, said: string) => {
    try {
      await act();
      await changed();
      void told.message.success(said);
      return true;
    } catch (error) {
      void told.message.error(failureText(error));
      return false;
    }
  };
}
