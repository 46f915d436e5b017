/** The filter of a list: rows of field, operator, value, or the formula itself. */
import { ListFilter } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Meta, ObjectMeta } from "@/api/types";
import { Badge } from "@/ui/Badge";
import { Button } from "@/ui/Button";
import { later } from "@/ui/later";
import { Popup } from "@/ui/Popup";
import { Sheet } from "@/ui/Sheet";
import { useNarrow } from "@/ui/useMedia";

import type { Look, LookChange } from "../state/look";

const FilterPanel = later(async () => ({ default: (await import("./FilterPanel")).FilterPanel }));

interface Props {
  meta: Meta;
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function FilterButton({ look, change, ...rest }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const panel = (
    <FilterPanel
      {...rest}
      key={look.filter}
      filter={look.filter}
      onFilter={(filter) => change({ filter })}
      onClose={() => setOpen(false)}
    />
  );
  const button = (
    <Button
      type="text"
      icon={<ListFilter size={15} />}
      aria-expanded={open}
      onPointerEnter={FilterPanel.ahead}
      onClick={narrow ? () => setOpen(!open) : undefined}
    >
      <Badge count={Boolean(look.filter)} offset={[6, 2]}>
        {t("list.filter")}
      </Badge>
    </Button>
  );
  if (narrow) {
    return (
      <>
        {button}
        <Sheet
          open={open}
          placement="bottom"
          size="78%"
          title={t("list.filter")}
          onClose={() => setOpen(false)}
          destroyOnHidden
        >
          {panel}
        </Sheet>
      </>
    );
  }
  return (
    <Popup open={open} onOpenChange={setOpen} placement="bottomLeft" content={() => panel}>
      {button}
    </Popup>
  );
}
