/** The filter of a list: rows of field, operator, value, or the formula itself. */
import { Badge, Button, Drawer, Popover } from "antd";
import { ListFilter } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Meta, ObjectMeta } from "@/api/types";
import { later } from "@/ui/later";
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
      onClick={() => setOpen(!open)}
    >
      <Badge dot={Boolean(look.filter)} offset={[6, 2]} color="var(--accent)">
        {t("list.filter")}
      </Badge>
    </Button>
  );
  if (narrow) {
    return (
      <>
        {button}
        <Drawer
          open={open}
          placement="bottom"
          size="78%"
          title={t("list.filter")}
          onClose={() => setOpen(false)}
          destroyOnHidden
        >
          {panel}
        </Drawer>
      </>
    );
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      arrow={false}
      destroyOnHidden
      content={panel}
    >
      {button}
    </Popover>
  );
}
