/** After every write: what was done, and 撤销 for as long as the words stand. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { revert } from "@/api/write";

import { Button } from "./Button";
import { useFailureText } from "./Failure";
import { told } from "./told";

const SECONDS = 8;

/** Returns `tell(text, changeset)`; records others have changed since are kept and told. */
export function useUndo(): (text: string, changeset: string | null) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failureText = useFailureText();
  return useCallback(
    (text, changeset) => {
      const key = `undo-${changeset}`;
      async function undo() {
        void told.message.loading({ key, content: t("ui.undoing"), duration: 0 });
        try {
          const { kept_count: kept } = await revert(changeset!);
          await client.invalidateQueries({ queryKey: ["records"] });
          if (kept)
            void told.message.warning({ key, content: t("ui.undoneExcept", { count: kept }) });
          else void told.message.success({ key, content: t("ui.undone") });
        } catch (error) {
          void told.message.error({ key, content: failureText(error) });
        }
      }
      const content = (
        <>
          {text}
          {changeset && (
            <Button type="link" size="small" onClick={() => void undo()}>
              {t("ui.undo")}
            </Button>
          )}
        </>
      );
      void told.message.success({ key, content, duration: SECONDS });
    },
    [t, client, failureText],
  );
}
