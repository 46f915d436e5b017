/** List, board, calendar …: whatever the object's fields allow. */
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { ViewType } from "@/api/views";
import { Segments } from "@/ui/Segments";

import { TYPES, type Look, type LookChange } from "../state/look";
import { settingsFor } from "../state/settings";
import { TYPE_ICONS } from "./ViewMenu";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function ShownAs({ object, look, change }: Props) {
  const { t } = useTranslation();
  const possible = TYPES.filter((type) => type === "list" || settingsFor(type, object, look));
  if (possible.length < 2) return null;
  return (
    <Segments<ViewType>
      label={t("list.shownAs")}
      value={look.type}
      options={possible.map((value) => ({
        value,
        label: t(`list.types.${value}`),
        icon: TYPE_ICONS[value],
      }))}
      onChange={(type) => change({ type })}
    />
  );
}
