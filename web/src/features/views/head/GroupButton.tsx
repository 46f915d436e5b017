/** By what rows are grouped, at most three levels; dates by day, week, month … */
import { Layers } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";
import { Button } from "@/ui/Button";
import { later } from "@/ui/later";
import { Popup } from "@/ui/Popup";

import { pathField } from "../state/paths";
import type { ChoiceProps } from "./ColumnsButton";
import css from "./Head.module.css";

const GroupChoice = later(() => import("./GroupChoice"));

export function GroupButton({ object, look, change }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const names = look.group.map(({ field }) =>
    label((meta && pathField(meta, object, field, label))?.label),
  );
  const told = names.length > 0 ? t("list.groupedBy", { names: names.join(" › ") }) : "";
  return (
    <Popup
      placement="bottomLeft"
      content={() => <GroupChoice object={object} look={look} change={change} />}
    >
      <Button
        type="text"
        icon={<Layers size={15} />}
        className={told ? css.on : ""}
        onPointerEnter={GroupChoice.ahead}
      >
        {told || t("list.groupBy")}
      </Button>
    </Popup>
  );
}
