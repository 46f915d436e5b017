/** One field: its name, its value, and its editor in the same place once it is asked for. */
import { Tooltip } from "antd";
import { createElement, Suspense, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { editorOf } from "@/fields/registry";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import { valuesOf } from "../form/conditions";
import css from "./Record.module.css";
import { useFieldWrite } from "./useFieldWrite";

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
  value: unknown;
  readOnly?: boolean;
  /** Quiet tools beside the value: its past, how it is computed. */
  tools?: ReactNode;
}

export function FieldLine(props: Props) {
  const { field, value, readOnly, tools } = props;
  const { t } = useTranslation();
  const label = useLabel();
  const [editing, setEditing] = useState(false);
  const editable = !readOnly && editorOf(field) != null;
  const name = label(field.label);
  return (
    <div className={css.field}>
      <div className={css.name}>
        {field.help ? (
          <Tooltip title={label(field.help)}>
            <span className={css.helped}>{name}</span>
          </Tooltip>
        ) : (
          name
        )}
      </div>
      <div className={css.place}>
        {editing ? (
          <EditedField {...props} onClose={() => setEditing(false)} />
        ) : (
          <div
            className={editable ? css.editable : css.value}
            onClick={(event) => {
              // A link in the value goes where it leads.
              if (editable && !(event.target as Element).closest("a, button")) setEditing(true);
            }}
          >
            <FieldCell field={field} value={value} place="page" />
            {editable && (
              <button type="button" className="sr" onClick={() => setEditing(true)}>
                {t("record.editField", { name })}
              </button>
            )}
          </div>
        )}
        {!editing && tools && <span className={css.tools}>{tools}</span>}
      </div>
    </div>
  );
}

// Lists that open elsewhere on the page belong to the editor.
const ELSEWHERE =
  ".ant-picker-dropdown, .ant-select-dropdown, .ant-modal, .ant-popover, .ant-cascader-dropdown";

function EditedField({ object, field, row, value, onClose }: Props & { onClose: () => void }) {
  const label = useLabel();
  const failureText = useFailureText();
  const [draft, setDraft] = useState(value);
  const [error, setError] = useState<string>();
  const { write, pending, dialog } = useFieldWrite(object, row, onClose);

  async function save() {
    if (pending || dialog) return;
    const before = written(field, valuesOf(row)[field.key]);
    const after = written(field, draft);
    if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return onClose();
    const refused = await write({ [field.key]: after });
    if (refused === undefined) return;
    const here = isProblem(refused) ? refused.at(field.key) : undefined;
    setError(here ?? failureText(refused));
  }

  function onKeyDown(event: KeyboardEvent) {
    // While a word is being chosen in pinyin, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    const several = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && !several) void save();
  }

  return (
    <div
      className={css.editing}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        const next = event.relatedTarget as Element | null;
        const inside = event.currentTarget.contains(next) || next?.closest(ELSEWHERE);
        if (!inside) void save();
      }}
      aria-busy={pending}
    >
      <Suspense fallback={null}>
        {createElement(editorOf(field)!, {
          field,
          value: draft as never,
          onChange: setDraft,
          onDone: undefined,
          error,
          autoFocus: true,
          id: `edit-${field.key}`,
        })}
      </Suspense>
      <span role="alert" className={css.error} aria-label={error && label(field.label)}>
        {error}
      </span>
      {dialog}
    </div>
  );
}
