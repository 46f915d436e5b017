/** A form being filled in, of a new record or of one that is there; saved as a whole. */
import { Button } from "antd";
import { useEffect, useRef, type FormEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { fieldAt, useMeta } from "@/api/catalogue";
import type { Form, FormField, FormSection } from "@/api/form";
import type { ObjectMeta, Row, Values } from "@/api/types";
import { Conflict } from "@/fields/Conflict";
import { isAsked } from "@/fields/creating";
import { UploadsHere, useWaiting } from "@/fields/uploads";
import { isBlank } from "@/fields/FieldCell";
import { editorOf } from "@/fields/registry";
import { valuesOf } from "@/fields/scope";
import { soonIntoSight } from "@/ui/intoSight";
import { useFetched } from "@/ui/later";
import { MAC } from "@/ui/shortcuts";
import { useNarrow } from "@/ui/useMedia";
import { PageSkeleton } from "@/ui/Skeleton";

import { LinesEditor } from "../lines/LinesEditor";
import { useConditions, type State } from "./conditions";
import type { Draft } from "./draft";
import { FieldInput } from "./FieldInput";
import css from "./Form.module.css";
import { FormBar } from "./FormBar";
import { isFilled, quickOf, requiredOf, typedOf } from "./parts";
import { Sections } from "./Sections";
import { Twins } from "./Twins";
import { useSaving, type Saving } from "./useSaving";

interface Props {
  object: ObjectMeta;
  form: Form;
  row: Row | null;
  draft: Draft;
  /** In a side panel: one column. */
  narrow?: boolean;
  /** Where the reader was: the form opens there. */
  start?: FormSection;
  /** Why it was opened: what was said of a change that wants more. */
  refused?: unknown;
  /** Only what is asked for first is shown; this shows the rest. */
  onWhole?: () => void;
  onCancel: () => void;
  /** `again`: and begin another. */
  onSaved: (id: string, again: boolean) => void;
}

const ALL: string[] = [];

/** Shown when all its editors are here: one that came later would move what stands below. */
export function RecordForm(props: Props) {
  const { data: meta } = useMeta();
  const items = props.form.tabs
    .flatMap((tab) => tab.sections)
    .flatMap(({ fields }) => fields ?? []);
  const ready = useFetched(
    items
      .map(({ field }) => meta && fieldAt(meta, props.object, field))
      .map((field) => field && editorOf(field))
      .filter((editor) => editor != null),
  );
  return ready ? <Filled {...props} /> : <PageSkeleton />;
}

function Filled(props: Props) {
  const { object, form, row, draft, narrow, start, onWhole, onCancel } = props;
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const state = useConditions(object, form, row, draft.edits);
  const saving = useSaving(object, row, props.refused);
  const values: Values = { ...valuesOf(row), ...draft.edits };
  const all = form.tabs.filter((tab) => state(tab).visible).flatMap((tab) => tab.sections);
  const fieldFor = (path: string) => meta && fieldAt(meta, object, path);
  const { place, waiting, submit, writeOver } = useSubmit(props, saving, () => {
    const asked = requiredOf(all, state, fieldFor, row == null);
    // What is missing must be seen.
    if (asked.some((key) => !form.quick.includes(key) && isBlank(values[key]))) onWhole?.();
    return asked;
  });
  const typed = row ? all : all.map((each) => typedOf(each, fieldFor)).filter(isFilled);
  const sections = onWhole ? quickOf(form, typed, state) : typed;
  const first = useFirst(start ? [start, ...sections] : sections, row == null);

  function onKeyDown(event: KeyboardEvent) {
    const mod = MAC ? event.metaKey : event.ctrlKey;
    const wanted = mod && (event.key === "s" || event.key === "Enter");
    if (!wanted || event.nativeEvent.isComposing || saving.pending) return;
    event.preventDefault();
    waiting.save(!row && event.key === "Enter");
  }

  function drawField(item: FormField, found: State) {
    const field = fieldFor(item.field);
    if (!field) return null;
    const required = (row ? field.required : isAsked(field)) || found.required;
    return (
      <FieldInput
        field={field}
        value={values[item.field]}
        help={item.help}
        required={required}
        readOnly={found.readOnly || !field.writable}
        error={saving.at(item.field, required && isBlank(values[item.field]))}
        autoFocus={item.field === first}
        onChange={draft.set}
      />
    );
  }

  function drawList(section: FormSection) {
    const field = section.lines && fieldFor(section.lines);
    if (!field) return null;
    return (
      <LinesEditor
        field={field}
        show={section.show ?? ALL}
        value={values[field.key] as Values[] | undefined}
        error={saving.at(field.key)}
        at={saving.at}
        onChange={draft.set}
      />
    );
  }

  return (
    <form
      ref={place}
      className={`${css.form} ${narrow ? css.narrow : ""}`}
      onKeyDown={onKeyDown}
      onSubmit={submit}
    >
      {draft.found && <Found onDrop={draft.clear} />}
      <Twins object={object} id={row?.id} edits={draft.edits} />
      <UploadsHere value={waiting.uploads}>
        <Sections {...{ sections, state, drawField, drawList, start }} />
      </UploadsHere>
      {onWhole && (
        <Button type="text" block className={css.whole} onClick={onWhole}>
          {t("record.allFields")}
        </Button>
      )}
      <FormBar isNew={!row} {...{ saving, waiting, onCancel, fieldFor }} />
      {saving.crossed && (
        <Conflict
          {...saving.crossed}
          object={object}
          mine={values}
          onClose={saving.forget}
          onChosen={(keep) => void writeOver(keep)}
        />
      )}
    </form>
  );
}

/** The field that has the focus: a phone would cover half of a record that is there already. */
function useFirst(sections: FormSection[], isNew: boolean): string | undefined {
  const narrow = useNarrow();
  if (narrow && !isNew) return undefined;
  return sections.flatMap(({ fields }) => fields ?? [])[0]?.field;
}

/** Words found again from last time. */
function Found({ onDrop }: { onDrop: () => void }) {
  const { t } = useTranslation();
  return (
    <p className={css.found} role="status">
      {t("record.draftFound")}
      <Button size="small" onClick={onDrop}>
        {t("record.draftDrop")}
      </Button>
    </p>
  );
}

/** Saving, and what follows it. */
function useSubmit(props: Props, saving: Saving, required: () => string[]) {
  const { draft, onSaved } = props;
  const place = useRef<HTMLFormElement>(null);

  async function save(again: boolean, over?: Row, edits = draft.edits) {
    const id = await saving.save({ edits, seen: draft.seen }, required(), over);
    if (id) {
      draft.clear();
      onSaved(id, again);
    } else {
      showFault();
    }
  }

  /** The first field that is wrong comes into sight. */
  function showFault() {
    soonIntoSight(() => place.current?.querySelector("[role=alert]"));
  }

  const { refused } = props;
  useEffect(() => {
    if (refused !== undefined) showFault();
  }, [refused]);

  async function writeOver(keep: string[]) {
    const { crossings, now } = saving.crossed!;
    const edits = { ...draft.edits };
    for (const { field } of crossings) if (!keep.includes(field)) delete edits[field];
    await save(false, now, edits);
  }

  const waiting = useWaiting(
    (again: boolean) => void save(again),
    () => showFault(),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    waiting.save(false);
  }
  return { place, waiting, submit, writeOver };
}
