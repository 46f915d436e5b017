/** A number as text: thousands, 万 and % are read, nothing passes through a float. */
import { Input } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useLabel } from "@/i18n/useLabel";
import { number } from "@/lib/format/numbers";
import { readNumber } from "@/lib/format/typed";

import css from "./Editor.module.css";
import { useHint } from "./hint";
import type { EditorProps } from "./protocol";
import { useTyped } from "./useTyped";

type Value = string | number;

interface Props extends EditorProps<Value> {
  prefix?: ReactNode;
  suffix?: ReactNode;
  show?: (value: Value) => string;
  read?: (text: string) => Value | null;
  /** Said below while typing, such as the amount in words. */
  told?: (value: Value) => ReactNode;
  /** What is said when the text is no value. */
  wrong?: string;
}

export function NumberInput({ field, value, onChange, prefix, suffix, ...rest }: Props) {
  const { t } = useTranslation();
  const name = useLabel()(field.label);
  const { error, autoFocus, id, told, read = readNumber, wrong = t("fields.notNumber") } = rest;
  const show = rest.show ?? ((given: Value) => number(given, { thousands: field.thousands }));
  const typed = useTyped<Value>({ value, onChange, show, read });
  const known = value != null && value !== "" && !typed.bad;
  const below = typed.bad ? wrong : known && told?.(value);
  return (
    <span className={css.wrap}>
      <Input
        id={id}
        aria-label={id ? undefined : name}
        autoFocus={autoFocus}
        autoComplete="off"
        inputMode="decimal"
        placeholder={useHint(field)}
        value={typed.text}
        prefix={prefix}
        suffix={suffix}
        status={error || typed.bad ? "error" : undefined}
        onFocus={(event) => event.target.select()}
        onChange={(event) => typed.type(event.target.value)}
        onBlur={typed.settle}
      />
      {below && <span className={`${css.below} ${typed.bad ? css.wrong : ""}`}>{below}</span>}
    </span>
  );
}
