/** By which field a board has its columns, a calendar its days …, and what a board adds up. */
import { SquareSplitHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import type { FieldMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { Button } from "@/ui/Button";
import { Menu } from "@/ui/Menu";

import { isNumber } from "../state/paths";
import { fieldsFor, settingsFor, shownBy } from "../state/settings";
import type { ChoiceProps } from "./ColumnsButton";

/** Longer menus are scrolled. */
const ROOM = { maxHeight: "60vh", overflowY: "auto" } as const;

export function ByButton({ object, look, change }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { type } = look;
  if (type === "list") return null;
  const fields = fieldsFor(type, object);
  const sums = type === "board" ? object.fields.filter(isNumber) : [];
  if (fields.length < 2 && sums.length === 0) return null;
  const by = shownBy(type, object, look);
  const sum = type === "board" ? (settingsFor("board", object, look)?.sum ?? "") : "";
  const entry = (what: "by" | "sum") => (field: FieldMeta) => ({
    key: `${what}:${field.key}`,
    label: label(field.label),
    onClick: () => change({ [what]: field.key }),
  });
  const none = {
    key: "sum:",
    label: t("list.figures.none"),
    onClick: () => change({ sum: "" }),
  };
  const part = (key: string, children: ReturnType<ReturnType<typeof entry>>[]) => ({
    key,
    type: "group" as const,
    label: t(`list.shownBy.${key}`),
    children,
  });
  const items = [
    part(type, fields.map(entry("by"))),
    ...(sums.length > 0 ? [part("sum", [none, ...sums.map(entry("sum"))])] : []),
  ];
  const name = label(by ? fieldOf(object, by)?.label : undefined);
  return (
    <Menu menu={{ items, selectedKeys: [`by:${by}`, `sum:${sum}`], style: ROOM }}>
      <Button type="text" icon={<SquareSplitHorizontal size={15} />}>
        {t("list.shownByField", { name })}
      </Button>
    </Menu>
  );
}
