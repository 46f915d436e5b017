/** Which columns are shown. */
import { Columns3 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import { Button } from "@/ui/Button";
import { later } from "@/ui/later";
import { Popup } from "@/ui/Popup";

import type { Look, LookChange } from "../state/look";

const ColumnChoice = later(() => import("./ColumnChoice"));

export interface ChoiceProps {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function ColumnsButton(props: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <Popup placement="bottomLeft" content={() => <ColumnChoice {...props} />}>
      <Button type="text" icon={<Columns3 size={15} />} onPointerEnter={ColumnChoice.ahead}>
        {t("list.columns")}
      </Button>
    </Popup>
  );
}
