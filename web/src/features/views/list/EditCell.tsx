/** A cell being typed in: Enter goes on below, Tab to the right, Esc leaves it as it was. */
import { useRef, useState, type FocusEvent, type KeyboardEvent } from "react";

import { valueOf } from "@/api/records";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { FieldEditor } from "@/fields/FieldEditor";
import { useLabel } from "@/i18n/useLabel";

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
  const label = useLabel();
  const id = `cell-${row.id}-${field.key}`;
  const [draft, setDraft] = useState(valueOf(row, field));
  const latest = useRef(draft);
  const root = useRef<HTMLDivElement>(null);
  // The keys go back to the grid before the cell is gone: that is no second leaving.
  const left = useRef(false);
  // A change by somebody else appears at once and must not pass for what was seen when this began.
  const [seen] = useState(row);
  const { save, error, dialog } = useFieldWrite(object, seen, field, () => back("stay"));

  async function finish(to: Direction) {
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
    if (event.key === "Escape") back("stay");
    else if (event.key === "Tab") void finish("right");
    else if (event.key === "Enter" && !several && !isOpen(event.target as Element)) {
      void finish("down");
    } else return;
    event.preventDefault();
  }

  function onBlur(event: FocusEvent) {
    const next = event.relatedTarget as Element | null;
    if (event.currentTarget.contains(next) || next?.closest(ELSEWHERE) || dialog) return;
    void finish("stay");
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
      <FieldEditor
        field={field}
        value={draft}
        onChange={onChange}
        onDone={() => void finish("stay")}
        error={error}
        autoFocus
        id={id}
      />
      {error && (
        <span role="alert" className={css.fault}>
          {error}
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
