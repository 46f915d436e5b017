/** A person or a record as the value of a filter: me, or found by a part of its name. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Operand } from "@/api/conditions";
import { readTitles } from "@/api/titles";

import css from "./Filter.module.css";
import type { OperandProps } from "./OperandInput";

const ME = "me()";

export function RecordSelect({ field, takes, value, onChange }: OperandProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const target = field.object ?? field.type;
  const chosen = listed(value);
  const { data } = useQuery({
    queryKey: ["titles", target, q, chosen],
    queryFn: () =>
      readTitles(
        target,
        q,
        chosen.filter((each) => each !== ME),
      ),
    placeholderData: (old) => old,
    staleTime: 30_000,
  });
  const mine = target === "member" && !q ? [{ value: ME, label: t("list.me") }] : [];
  const found = (data ?? []).map(({ id, title }) => ({ value: id, label: title }));
  const many = takes === "many";

  function choose(next: string | string[] | undefined) {
    if (next == null) return onChange(undefined);
    const made = [next].flat().map((each): Operand => (each === ME ? { me: true } : each));
    onChange(many ? made : made[0]);
  }

  return (
    <Select<string | string[]>
      aria-label={t("list.value")}
      className={css.value}
      mode={many ? "multiple" : undefined}
      maxTagCount="responsive"
      showSearch={{ filterOption: false, onSearch: setQ }}
      value={many ? chosen : chosen[0]}
      options={[...mine, ...found]}
      onChange={choose}
    />
  );
}

function listed(value: OperandProps["value"]): string[] {
  const given = value == null ? [] : Array.isArray(value) ? value : [value];
  return given.map((each) => (typeof each === "string" ? each : ME));
}
