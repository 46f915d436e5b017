/** Asked by lying within one of several places of the tree. */
import { Cascader } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";

import { operatorsOf } from "../asked";
import css from "../Editor.module.css";
import { FilterRow } from "../FilterRow";
import type { FilterProps } from "../protocol";
import { levelsOf, pathsWithin, topsOf } from "./levels";

export default function CascadeFilter(props: FilterProps) {
  const { field, operator, value, onChange } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const options = field.options ?? [];
  const paths = (value == null ? [] : [value].flat()) as string[];

  function choose(chosen: string[][]) {
    const all = chosen.flatMap((path) => pathsWithin(options, path));
    onChange(operator || operatorsOf(field)[0]!, all.length ? [...new Set(all)] : null);
  }

  return (
    <FilterRow {...props}>
      <Cascader
        multiple
        aria-label={t("fields.operand")}
        className={css.wide}
        maxTagCount="responsive"
        showCheckedStrategy="SHOW_PARENT"
        options={levelsOf(options, label)}
        value={topsOf(paths)}
        placeholder={t("fields.choose")}
        showSearch={{ limit: 20 }}
        onChange={(chosen) => choose(chosen as string[][])}
      />
    </FilterRow>
  );
}
