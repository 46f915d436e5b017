/** A cell being typed in: Enter goes on below, Tab to the right, Esc leaves it as it was. */
import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { valueOf } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { FieldEditor } from "@/fields/FieldEditor";
import { UploadsHere, useWaiting } from "@/fields/uploads";
import { useLabel } from "@/i18n/useLabel";
import { holdKeys } from "@/ui/heldKeys";
import { useMayLeave } from "@/ui/unfinished";

import css from "./Grid.module.css";
import { useFieldWrite } from "./useFieldWrite";
import type { Direction } from "./useCursor";

interface Props {
  object: ObjectMeta;
  row: Row;
  field: FieldMeta;
  onDone: (to: Direction) => void;
}

/** Lists and calendars of an editor open elsewhere on the page. */
const ELSEWHERE =
  ".ant-select-dropdown, .ant-picker-dropdown, .ant-cascader-dropdown, [role=dialog]";

export function EditCell({ object, row, field, onDone }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const mayLeave = useMayLeave();
  const id = `cell-${row.id}-${field.key}`;
  const [draft, setDraft] = useState(valueOf(row, field));
  const latest = useRef(draft);
  const root = useRef<HTMLDivElement>(null);
  // The keys go back to the grid before the cell is gone: that is no second leaving.
  const left = useRef(false);
  // A change by somebody else appears at once and must not pass for what was seen when this began.
  const [seen] = useState(row);
  const { save, error, dialog } = useFieldWrite(object, seen, field, () => back("stay"));
  const { save: finish, ...waiting } = useWaiting((to: Direction) => void write(to));
  const told = waiting.asked
    ? t("fields.uploading", { count: waiting.count })
    : waiting.stopped
      ? t("fields.uploadsStop", { names: waiting.stuck })
      : error;

  // Its code may be on its way, and the next letter with it.
  useLayoutEffect(() => {
    const cell = root.current!;
    holdKeys(() => cell.contains(document.activeElement) || !cell.isConnected);
  }, []);

  async function write(to: Direction) {
    if (!left.current && (await save(latest.current))) back(to);
  }

  /** The keys go back to the grid. */
  function back(to: Direction) {
    left.current = true;
    const keys = root.current?.closest<HTMLElement>("[data-keys]");
    onDone(to);
    keys?.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent) {
    // While a word is being chosen in pinyin, Enter belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    event.stopPropagation();
    const several = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    if (event.key === "Escape") void mayLeave().then((sure) => sure && back("stay"));
    else if (event.key === "Tab") finish("right");
    else if (event.key === "Enter" && !several && !isOpen(event.target as Element)) {
      finish("down");
    } else return;
    event.preventDefault();
  }

  function onBlur(event: FocusEvent) {
    const next = event.relatedTarget as Element | null;
    if (event.currentTarget.contains(next) || next?.closest(ELSEWHERE) || dialog) return;
    finish("stay");
  }

  function onChange(value: unknown) {
    latest.current = value;
    setDraft(value);
  }

  return (
    <div ref={root} className={css.editor} onKeyDown={onKeyDown} onBlur={onBlur}>
      <label htmlFor={id} className="sr">
        {label(field.label)}
      </label>
      <UploadsHere value={waiting.uploads}>
        <FieldEditor
          field={field}
          value={draft}
          onChange={onChange}
          onDone={() => finish("stay")}
          error={error}
          autoFocus
          id={id}
        />
      </UploadsHere>
      {told && (
        <span role={waiting.asked ? "status" : "alert"} className={css.fault}>
          {told}
        </span>
      )}
      {dialog}
    </div>
  );
}

/** Enter in an open list chooses. */
function isOpen(target: Element): boolean {
  return target.getAttribute("aria-expanded") === "true";
}
