/** Begin a record of the kind that is shown. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";

import { useObject } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { keysShown } from "@/ui/shortcuts";

export function NewButton() {
  const { t } = useTranslation();
  const label = useLabel();
  const { object: key = "" } = useParams();
  const [, setParams] = useSearchParams();
  const object = useObject(key);
  if (!object?.verbs.includes("create")) return null;
  return (
    <IconButton
      icon={Plus}
      label={t("record.newOf", { name: label(object.label) })}
      hint={keysShown("create").join(" ")}
      onClick={() =>
        setParams((old) => {
          old.set("new", key);
          return old;
        })
      }
    />
  );
}
