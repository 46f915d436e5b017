/** How a phone puts cards in order and into groups: one sheet from below. */
import { ArrowDownUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { IconButton } from "@/ui/IconButton";
import { later } from "@/ui/later";
import { Sheet } from "@/ui/Sheet";

import type { ChoiceProps } from "./ColumnsButton";

const Choices = later(() => import("./ArrangeChoices"));

export function Arrange(props: ChoiceProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        icon={ArrowDownUp}
        label={t("list.arrange")}
        aria-expanded={open}
        onPointerEnter={Choices.ahead}
        onClick={() => setOpen(true)}
      />
      <Sheet
        open={open}
        placement="bottom"
        size="78%"
        title={t("list.arrange")}
        onClose={() => setOpen(false)}
        styles={{ body: { padding: "4px 0 16px" } }}
        destroyOnHidden
      >
        <Choices {...props} />
      </Sheet>
    </>
  );
}
