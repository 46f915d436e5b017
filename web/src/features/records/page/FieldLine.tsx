/** One field: its name, its value, and its editor in the same place once it is asked for. */
import { Tooltip } from "antd";
import { createElement, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { RowCell } from "@/fields/RowCell";
import { editorOf } from "@/fields/registry";
import { UploadsHere, useWaiting } from "@/fields/uploads";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { useMayLeave } from "@/ui/unfinished";
import { useLeaving } from "@/ui/useLeaving";

import { valuesOf } from "@/fields/scope";
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
  const { field, row, value, readOnly, tools } = props;
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
            <RowCell row={row} field={field} value={value} place="page" />
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

function EditedField({ object, field, row, value, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const failureText = useFailureText();
  const mayLeave = useMayLeave();
  const { draft, change, latest } = useDraft(value);
  const [error, setError] = useState<string>();
  // A change by somebody else appears at once and must not pass for what was seen when this began.
  const [seen] = useState(row);
  const { write, pending, dialog } = useFieldWrite(object, seen, {
    onDone: onClose,
    onRefused: refuse,
  });

  function refuse(error: unknown) {
    const here = isProblem(error) ? error.at(field.key) : undefined;
    setError(here ?? failureText(error));
  }

  async function save() {
    if (pending || dialog) return;
    const before = written(field, valuesOf(seen)[field.key]);
    const after = written(field, latest());
    if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return onClose();
    setError(undefined);
    const shown = { [field.key]: latest() };
    const refused = await write({ [field.key]: after }, undefined, shown);
    if (refused !== undefined) refuse(refused);
  }
  const waiting = useWaiting(() => void save());
  const leaving = useLeaving(() => waiting.save());
  const told = waiting.stopped ? t("fields.uploadsStop", { names: waiting.stuck }) : error;

  function onKeyDown(event: KeyboardEvent) {
    // While a word is being chosen in pinyin, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") void mayLeave().then((left) => left && onClose());
    const several = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    // In a list Enter chooses, on a button it presses.
    const typing = event.target instanceof HTMLInputElement && event.target.role !== "combobox";
    if (event.key === "Enter" && !several && (typing || event.ctrlKey || event.metaKey))
      waiting.save();
  }

  return (
    <div className={css.editing} onKeyDown={onKeyDown} {...leaving} aria-busy={pending}>
      <UploadsHere value={waiting.uploads}>
        {createElement(editorOf(field)!, {
          field,
          value: draft as never,
          onChange: change,
          onDone: () => waiting.save(),
          error,
          autoFocus: true,
          id: `edit-${field.key}`,
        })}
      </UploadsHere>
      <span role="alert" className={css.error} aria-label={told && label(field.label)}>
        {told}
      </span>
      {waiting.asked && (
        <span role="status" className={css.waiting}>
          {t("fields.uploading", { count: waiting.count })}
        </span>
      )}
      {dialog}
    </div>
  );
}

/** What is being edited; `latest()` is what was chosen just now, before it is drawn. */
function useDraft(value: unknown) {
  const [draft, setDraft] = useState(value);
  const latest = useRef(value);
  function change(next: unknown) {
    latest.current = next;
    setDraft(next);
  }
  return { draft, change, latest: () => latest.current };
}
