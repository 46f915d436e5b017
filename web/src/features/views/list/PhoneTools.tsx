/** Above the cards of a phone: find, put in order, choose several. */
import { ListChecks } from "lucide-react";
import { useTranslation } from "react-i18next";

import { IconButton } from "@/ui/IconButton";

import { Arrange } from "../head/Arrange";
import { Find } from "../head/ListHead";
import type { Selection } from "../select/useSelection";
import css from "./List.module.css";
import type { LookProps } from "./ListPage";

interface Props extends LookProps {
  selection: Selection;
  blank: boolean;
}

export function PhoneTools({ object, look, change, selection, blank }: Props) {
  const { t } = useTranslation();
  return (
    <div className={css.find}>
      <Find q={look.q} onFind={(q) => change({ q })} />
      <Arrange object={object} look={look} change={change} />
      <IconButton
        icon={ListChecks}
        label={t("list.pick")}
        aria-pressed={selection.picking}
        disabled={blank}
        onClick={selection.picking ? selection.clear : selection.setPicking}
      />
    </div>
  );
}
