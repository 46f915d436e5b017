/** One or several of what the server knows, found while typing. Values are kept as read: {id, title}. */
import { Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Reference } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";

import css from "./Editor.module.css";
import { useHint } from "./hint";
import type { EditorProps } from "./protocol";
import { listed } from "./references";

export interface Choice {
  id: string;
  title: string;
  /** What is drawn for it in the list; its title when left out. */
  shown?: ReactNode;
}

type Value = Reference | Reference[];

interface Props extends EditorProps<Value> {
  choices: Choice[];
  /** What stands in the empty box. */
  hint: string;
  busy?: boolean;
  onSearch: (typed: string) => void;
  /** Below the choices: making a new one. */
  foot?: ReactNode;
}

interface Labelled {
  value: string;
  label: ReactNode;
}

export function Picker({ field, value, onChange, onDone, choices, ...rest }: Props) {
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  const { hint, busy, onSearch, foot, error, autoFocus, id } = rest;
  const chosen = value == null ? [] : listed(value).map(labelled);
  const titles = new Map(choices.map((each) => [each.id, each.title]));

  function take(given: Labelled | Labelled[] | undefined) {
    const old = new Map(value == null ? [] : listed(value).map((each) => [each.id, each]));
    const made = (Array.isArray(given) ? given : given ? [given] : []).map(
      (each) => old.get(each.value) ?? { id: each.value, title: titles.get(each.value) ?? null },
    );
    onChange(field.many ? (made.length ? made : null) : (made[0] ?? null));
    onSearch("");
    if (!field.many) onDone?.();
  }

  return (
    <Select<Labelled | Labelled[]>
      id={id}
      aria-label={id ? undefined : name}
      className={css.wide}
      labelInValue
      mode={field.many ? "multiple" : undefined}
      autoFocus={autoFocus}
      allowClear={!field.required}
      value={field.many ? chosen : chosen[0]}
      status={error ? "error" : undefined}
      placeholder={useHint(field, hint)}
      loading={busy}
      showSearch={{ filterOption: false, onSearch }}
      notFoundContent={busy ? t("fields.searching") : t("fields.nothingFound")}
      options={choices.map((each) => ({ value: each.id, label: each.shown ?? each.title }))}
      popupRender={(menu) => (
        <>
          {menu}
          {foot}
        </>
      )}
      onChange={take}
    />
  );
}

function labelled({ id, title }: Reference): Labelled {
  return { value: id, label: title ?? "–" };
}
