/** List, board, calendar …: whatever the object's fields allow. */
import { Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { ViewType } from "@/api/views";

import { useNarrow } from "@/ui/useMedia";

import type { Look, LookChange } from "../state/look";
import { settingsFor } from "../state/settings";
import { TYPE_ICONS } from "./ViewMenu";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

const TYPES: ViewType[] = ["list", "board", "calendar", "gallery", "tree", "region"];

export function ShownAs({ object, look, change }: Props) {
  const { t } = useTranslation();
  const possible = TYPES.filter((type) => type === "list" || settingsFor(type, object, look));
  const narrow = useNarrow();
  if (possible.length < 2) return null;
  return (
    <Segmented<ViewType>
      size={narrow ? "middle" : "small"}
      aria-label={t("list.shownAs")}
      value={look.type}
      options={possible.map((type) => {
        const Icon = TYPE_ICONS[type];
        return {
          value: type,
          label: (
            <Tooltip title={t(`list.types.${type}`)} mouseEnterDelay={0.5}>
              <span role="img" aria-label={t(`list.types.${type}`)}>
                <Icon size={15} style={{ verticalAlign: "-3px" }} aria-hidden />
              </span>
            </Tooltip>
          ),
        };
      })}
      onChange={(type) => change({ type })}
    />
  );
}
