/** Fields that no column fills and all rows get alike: where they come from, whose they are. */
import { Button, Select } from "antd";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ImportDocument } from "@/api/imports";
import { FieldEditor } from "@/fields/FieldEditor";
import { editorOf } from "@/fields/registry";
import { IconButton } from "@/ui/IconButton";

import type { Target } from "../target";
import { without, written } from "./constants";
import css from "./Map.module.css";
import type { Draft } from "./useDraft";

interface Props {
  made: ImportDocument;
  draft: Draft;
  target: Target;
}

export function Constants({ made, draft, target }: Props) {
  const { t } = useTranslation();
  // What was chosen here keeps its title; what was kept before shows what it is.
  const [fresh, setFresh] = useState<Record<string, unknown>>({});
  const kept = draft.mapping.constants ?? {};
  const keys = [...new Set([...Object.keys(kept), ...Object.keys(fresh)])];
  const filled = new Set(
    Object.values(draft.mapping.columns)
      .flat()
      .map((rule) => rule.field),
  );
  const free = made.fields.filter(({ key, lines }) => {
    const field = lines === null ? target.field(key) : undefined;
    return field && editorOf(field) && !filled.has(key) && !keys.includes(key);
  });
  if (!target.object || (keys.length === 0 && free.length === 0)) return null;

  function put(key: string, value: unknown) {
    setFresh((now) => ({ ...now, [key]: value }));
    if (value != null) draft.change({ constants: { ...kept, [key]: written(value) } });
  }

  function drop(key: string) {
    setFresh(without(fresh, key));
    draft.change({ constants: without(kept, key) });
  }

  return (
    <section className={css.rules} aria-label={t("transfer.constants")}>
      <h2>{t("transfer.constants")}</h2>
      {keys.map((key) => {
        const field = target.field(key);
        const name = made.fields.find((each) => each.key === key)?.label ?? key;
        return (
          <div key={key} className={css.constant}>
            <label htmlFor={`same-${key}`}>{name}</label>
            {field && (
              <FieldEditor
                id={`same-${key}`}
                field={field}
                value={fresh[key] ?? kept[key] ?? null}
                onChange={(value) => put(key, value)}
              />
            )}
            <IconButton icon={X} label={t("transfer.drop1", { name })} onClick={() => drop(key)} />
          </div>
        );
      })}
      {free.length > 0 && (
        <Select
          size="small"
          className={css.adding}
          aria-label={t("transfer.addConstant")}
          placeholder={
            <Button type="link" size="small" tabIndex={-1}>
              {t("transfer.addConstant")}
            </Button>
          }
          variant="borderless"
          suffixIcon={null}
          value={null}
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: "label" }}
          options={free.map(({ key, label }) => ({ value: key, label }))}
          onChange={(key: string | null) => key && setFresh((now) => ({ ...now, [key]: null }))}
        />
      )}
    </section>
  );
}
