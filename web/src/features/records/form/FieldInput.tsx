/** A field in a form that is being filled in: name, editor, what is wrong with it. */
import { createElement, memo } from "react";

import type { FieldMeta } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { editorOf } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import type { Label } from "@/lib/label";

import css from "./Form.module.css";

interface Props {
  field: FieldMeta;
  value: unknown;
  required: boolean;
  readOnly: boolean;
  help?: Label;
  error?: string;
  autoFocus?: boolean;
  /** Of its own where the same form shows it more than once. */
  id?: string;
  onChange: (key: string, value: unknown) => void;
}

/** Drawn anew only when it is the one that changes: a form may have a hundred. */
export const FieldInput = memo(function FieldInput(props: Props) {
  const { field, value, required, readOnly, help, error, autoFocus, onChange } = props;
  const { id = `form-${field.key}` } = props;
  const label = useLabel();
  const editor = readOnly ? undefined : editorOf(field);
  const name = label(field.label);
  const hint = label(help ?? field.help);
  return (
    <div className={css.field} role="group" aria-label={name}>
      <label htmlFor={editor && id} className={css.name} title={hint || undefined}>
        {name}
        {required && !readOnly && (
          <span className={css.star} aria-hidden>
            *
          </span>
        )}
      </label>
      <div className={css.input}>
        {editor ? (
          createElement(editor, {
            field,
            value: (value ?? null) as never,
            onChange: (given: unknown) => onChange(field.key, given),
            error,
            autoFocus,
            id,
          })
        ) : (
          <span className={css.still}>
            <FieldCell field={field} value={value} place="page" />
          </span>
        )}
        {error && (
          <span role="alert" className={css.error}>
            {error}
          </span>
        )}
      </div>
    </div>
  );
});
