/** Province, city, district: chosen level by level or found by name. */
import { useQuery } from "@tanstack/react-query";
import { Cascader } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";
import { isMeant, isUnnamed, readRegions, type Regions } from "@/lib/regions";

import css from "../Editor.module.css";
import { useHint } from "../hint";
import type { EditorProps } from "../protocol";

const DIGITS = { province: 2, city: 4, district: 6 };

interface Place {
  value: string;
  label: string;
  children?: Place[];
}

export default function RegionEditor(props: EditorProps<string>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  const { data } = useQuery({ queryKey: ["regions"], queryFn: readRegions, staleTime: Infinity });
  const digits = DIGITS[field.level ?? "district"];
  const places = useMemo(() => (data ? tree(data, digits) : []), [data, digits]);
  const path = [2, 4, 6]
    .filter((length) => value && length <= value.length)
    .map((length) => value!.slice(0, length))
    .filter((code) => !data || !isUnnamed(data, code));
  return (
    <Cascader<Place>
      id={id}
      aria-label={id ? undefined : name}
      className={css.wide}
      autoFocus={autoFocus}
      allowClear={!field.required}
      // Any level may be chosen: often only the province is known.
      changeOnSelect
      expandTrigger="click"
      options={places}
      value={path}
      status={error ? "error" : undefined}
      placeholder={useHint(field, t("fields.regionHint"))}
      displayRender={(labels) => labels.join(" ")}
      showSearch={{
        limit: 20,
        filter: (typed, way) =>
          isMeant(
            way.map((each) => each.label),
            typed,
          ),
      }}
      onChange={(chosen) => onChange((chosen?.at(-1) as string | undefined) ?? null)}
    />
  );
}

/** 北京市 › 朝阳区, 广东省 › 深圳市 › 南山区: as deep as the field goes. */
function tree(regions: Regions, digits: number): Place[] {
  const places = new Map<string, Place>();
  const top: Place[] = [];
  for (const [value, label] of regions) {
    if (value.length > digits || isUnnamed(regions, value)) continue;
    const place = { value, label };
    places.set(value, place);
    const above = places.get(value.slice(0, -2)) ?? places.get(value.slice(0, 2));
    if (value.length === 2 || !above) top.push(place);
    else (above.children ??= []).push(place);
  }
  return top;
}
