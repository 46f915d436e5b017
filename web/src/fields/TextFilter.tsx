/** Filters by a part of the text. */
import { Input } from "antd";
import { useTranslation } from "react-i18next";

import { FilterRow } from "./FilterRow";
import type { FilterProps } from "./protocol";

export default function TextFilter(props: FilterProps) {
  const { operator, value, onChange } = props;
  const { t } = useTranslation();
  return (
    <FilterRow {...props}>
      <Input
        aria-label={t("fields.operand")}
        value={typeof value === "string" ? value : ""}
        onChange={(event) => onChange(operator || "CONTAINS", event.target.value)}
      />
    </FilterRow>
  );
}
