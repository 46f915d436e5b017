/** The settings of a type, drawn from what the server says of them. */
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { useFieldTypes } from "@/api/fieldTypes";
import { useLabel } from "@/i18n/useLabel";
import { Bar } from "@/ui/Skeleton";

import type { SettingsProps } from "./protocol";
import css from "./Settings.module.css";
import { SettingInput } from "./SettingInput";

export default function SchemaSettings({ field, onChange }: SettingsProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data } = useFieldTypes();
  const id = useId();
  const settings = data?.find((each) => each.type === field.type)?.settings;
  if (!settings) return <Bar width={240} />;
  if (!settings.length) return <p className={css.none}>{t("settings.none")}</p>;
  return (
    <div className={css.settings}>
      {settings.map((setting) => (
        <div key={setting.key} className={css.setting}>
          <label className={css.name} htmlFor={`${id}-${setting.key}`}>
            {label(setting.label)}
            {setting.required && (
              <span className={css.needed} aria-hidden>
                *
              </span>
            )}
          </label>
          <SettingInput
            id={`${id}-${setting.key}`}
            name={label(setting.label)}
            setting={setting}
            field={field}
            value={field[setting.key] ?? setting.default}
            onChange={(value) => onChange({ ...field, [setting.key]: value })}
          />
        </div>
      ))}
    </div>
  );
}
