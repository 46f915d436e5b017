/** How the other side calls the list of records that refer to it; without a name there is none. */
import { Input } from "antd";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";
import type { Label } from "@/lib/label";

import type { SettingInputProps } from "./SettingInput";
import css from "./Settings.module.css";

interface Inverse {
  key: string;
  label: Label;
}

export function InverseInput({ id, value, onChange }: SettingInputProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const inverse = value as Inverse | null;

  function change(part: Partial<Inverse>) {
    const next = { key: inverse?.key ?? "", label: inverse?.label ?? "", ...part };
    onChange(next.key || next.label ? next : null);
  }

  return (
    <span className={css.pair}>
      <Input
        id={id}
        placeholder={t("settings.inverseName")}
        value={label(inverse?.label)}
        onChange={(event) => change({ label: event.target.value })}
      />
      <Input
        aria-label={t("settings.inverseKey")}
        placeholder={t("settings.inverseKey")}
        value={inverse?.key ?? ""}
        onChange={(event) => change({ key: event.target.value })}
      />
    </span>
  );
}
