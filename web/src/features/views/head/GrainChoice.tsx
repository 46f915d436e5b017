/** How long a time dates are grouped into; nothing where no date is grouped by. */
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";

import { useMeta } from "@/api/catalogue";
import type { Grain } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";

import { pathField } from "../state/paths";
import type { ChoiceProps } from "./ColumnsButton";

const GRAINS: Grain[] = ["day", "week", "month", "quarter", "year"];

export function GrainChoice({ object, look, change }: ChoiceProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const dated = look.group.find(({ field }) => {
    const found = meta && pathField(meta, object, field, label);
    return found?.kind.startsWith("date");
  });
  if (!dated) return null;
  return (
    <Segmented<Grain>
      block
      aria-label={t("list.grain")}
      value={dated.grain ?? "day"}
      options={GRAINS.map((value) => ({ value, label: t(`list.grains.${value}`) }))}
      onChange={(grain) =>
        change({ group: look.group.map((each) => (each === dated ? { ...each, grain } : each)) })
      }
    />
  );
}
