/** One field: its name, its value, and its editor in the same place once it is asked for. */
import { App, Tooltip } from "antd";
import { createElement, Suspense, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { isProblem } from "@/api/problem";
import { useWrite } from "@/api/records";
import type { FieldMeta, Row } from "@/api/types";
import { FieldCell } from "@/fields/FieldCell";
import { editorOf } from "@/fields/registry";
import { written } from "@/fields/written";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import css from "./Record.module.css";

interface Props {
  field: FieldMeta;
  row: Row;
  value: unknown;
}

export function FieldLine({ field, row, value }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [editing, setEditing] = useState(false);
  const editable = editorOf(field) != null;
  const name = label(field.label);
  return (
    <div className={css.field}>
      <dt>
        {field.help ? (
          <Tooltip title={label(field.help)}>
            <span className={css.helped}>{name}</span>
          </Tooltip>
        ) : (
          name
        )}
      </dt>
      <dd>
        {editing ? (
          <EditedField field={field} row={row} value={value} onClose={() => setEditing(false)} />
        ) : (
          <div
            className={editable ? css.editable : css.value}
            onClick={(event) => {
              // A link in the value goes where it leads.
              if (editable && !(event.target as Element).closest("a")) setEditing(true);
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
      </dd>
    </div>
  );
}

function EditedField({ field, row, value, onClose }: Props & { onClose: () => void }) {
  const label = useLabel();
  const [draft, setDraft] = useState(value);
  const { save, error, pending } = useSave(field, row, onClose);

  function onKeyDown(event: KeyboardEvent) {
    // While a word is being chosen in pinyin, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    const several = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && !several) save(draft);
  }

  return (
    <div
      className={css.editing}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        // Lists that open elsewhere on the page belong to the editor.
        const next = event.relatedTarget as Element | null;
        const inside = event.currentTarget.contains(next) || next?.closest(".ant-picker-dropdown");
        if (!inside) save(draft);
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
    </div>
  );
}

/** Write one field against the version shown; a refusal stands at the field, the text stays. */
function useSave(field: FieldMeta, row: Row, onClose: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const [error, setError] = useState<string>();
  const { mutateAsync, isPending } = useWrite();

  async function save(draft: unknown) {
    const before = written(field, row.values[field.key] ?? row[field.key as keyof Row]);
    const after = written(field, draft);
    if (isPending) return;
    if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return onClose();
    const { id, object, version } = row;
    const change = field.key === "owner" ? { owner: after as string } : undefined;
    const values = change ? undefined : { [field.key]: after };
    try {
      await mutateAsync({ changes: [{ op: "update", object, id, version, values, ...change }] });
      onClose();
    } catch (problem) {
      if (isProblem(problem) && problem.status === 409) {
        void message.warning(t("record.moved"));
        onClose();
      } else {
        setError(
          isProblem(problem)
            ? (problem.at(field.key) ?? failureText(problem))
            : failureText(problem),
        );
      }
    }
  }

  return { save: (draft: unknown) => void save(draft), error, pending: isPending };
}
