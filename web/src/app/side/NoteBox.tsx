/** Note down what happened: a tap for its kind, the words, a tap for the next time. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

import { useForm } from "@/api/form";
import { askAfterWriting } from "@/api/anew";
import type { FieldMeta, ObjectMeta, Row } from "@/api/types";
import { revert, write } from "@/api/write";
import type { Logging } from "@/features/records/panel/beginning";
import { useLabel } from "@/i18n/useLabel";
import { today } from "@/lib/format/dates";
import { readStored, writeStored } from "@/lib/stored";
import { uuid7 } from "@/lib/uuid";
import { useFailureText } from "@/ui/useFailureText";

import { askedOf, daysAfter, valuesOf, type Note } from "./note";
import css from "./Side.module.css";

const DAYS = [1, 3, 7];

interface Props {
  object: ObjectMeta;
  row: Row;
  logging: Logging;
}

export function NoteBox({ object, row, logging }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: form } = useForm(logging.target.key);
  const asked = askedOf(logging.target, form?.quick ?? []);
  const { note, change, save, undo, told, pending } = useNote({ object, row, logging }, asked);
  const name = t("record.log", { name: label(logging.target.label) });

  function submit(event: FormEvent) {
    event.preventDefault();
    save();
  }

  return (
    <form className={css.note} onSubmit={submit} aria-label={name}>
      <h2 className={css.heading}>{name}</h2>
      {asked.choice && (
        <Choice
          field={asked.choice}
          value={note.choice ?? String(asked.choice.default ?? "")}
          onChange={(choice) => change({ choice })}
        />
      )}
      <textarea
        rows={2}
        value={note.text}
        maxLength={(asked.text ?? asked.title)?.max_length}
        placeholder={t("side.write")}
        aria-label={label((asked.text ?? asked.title)?.label)}
        onChange={({ target }) => change({ text: target.value })}
      />
      {note.text && asked.day && (
        <Day field={asked.day} value={note.day} onChange={(day) => change({ day })} />
      )}
      <Sending {...{ told, undo, pending }} text={note.text} />
    </form>
  );
}

interface SendingProps {
  text: string;
  told: string | undefined;
  undo: (() => void) | undefined;
  pending: boolean;
}

/** What became of it and the way back; or how to write what was typed. */
function Sending({ text, told, undo, pending }: SendingProps) {
  const { t } = useTranslation();
  if (!text && !told) return null;
  return (
    <p className={css.done}>
      <span role="status">{told}</span>
      {undo && (
        <button type="button" className={css.second} disabled={pending} onClick={undo}>
          {t("ui.undo")}
        </button>
      )}
      {text && (
        <button type="submit" className={css.first} disabled={pending || !text.trim()}>
          {t("ui.save")}
        </button>
      )}
    </p>
  );
}

/** What is being noted, kept in this browser until it is written; and the way back afterwards. */
function useNote({ object, row, logging }: Props, asked: ReturnType<typeof askedOf>) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failureText = useFailureText();
  const place = `draft.side.${row.id}`;
  const [note, set] = useState(() => readStored<Note>(place, { text: "", key: uuid7() }));
  const [told, tell] = useState<string>();
  const [done, setDone] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  /** Not waiting for the lists: without a network they would answer late, the person is told now. */
  async function attempt(act: () => Promise<void>) {
    setPending(true);
    try {
      await act();
      void askAfterWriting(client, [object.key, logging.target.key]);
    } catch (error) {
      tell(failureText(error));
    }
    setPending(false);
  }

  function change(changed: Partial<Note>) {
    // Another wording is another write.
    const next = { ...note, ...changed, key: uuid7() };
    set(next);
    writeStored(place, next.text ? next : null);
    tell(undefined);
    setDone(null);
  }

  async function save() {
    const values = valuesOf(logging, asked, note);
    const changes = [{ op: "create" as const, object: logging.target.key, id: note.key, values }];
    const { id } = await write({ changes, key: note.key });
    set({ text: "", key: uuid7() });
    writeStored(place, null);
    tell(t("side.noted"));
    setDone(id);
  }

  async function takeBack(changeset: string) {
    await revert(changeset);
    tell(t("ui.undone"));
    setDone(null);
  }

  const undo = done === null ? undefined : () => void attempt(() => takeBack(done));
  return { note, change, save: () => void attempt(save), undo, told, pending };
}

interface ChoiceProps {
  field: FieldMeta;
  value: string;
  onChange: (key: string) => void;
}

function Choice({ field, value, onChange }: ChoiceProps) {
  const label = useLabel();
  return (
    <fieldset className={css.chips}>
      <legend className="sr">{label(field.label)}</legend>
      {(field.options ?? [])
        .filter(({ retired }) => !retired)
        .map(({ key, label: name }) => (
          <label key={key} className={css.chip}>
            <input
              type="radio"
              className="sr"
              name={field.key}
              checked={key === value}
              onChange={() => onChange(key)}
            />
            {label(name)}
          </label>
        ))}
    </fieldset>
  );
}

interface DayProps {
  field: FieldMeta;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

function Day({ field, value, onChange }: DayProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const now = today();
  return (
    <div className={css.day} role="group" aria-label={label(field.label)}>
      <span className="ell">{label(field.label)}</span>
      <div className={css.chips}>
        {DAYS.map((days) => {
          const day = daysAfter(now, days);
          return (
            <button
              key={days}
              type="button"
              className={css.chip}
              aria-pressed={day === value}
              onClick={() => onChange(day === value ? undefined : day)}
            >
              {t(`side.in.${days}`)}
            </button>
          );
        })}
        <input
          type="date"
          value={value ?? ""}
          aria-label={label(field.label)}
          onChange={({ target }) => onChange(target.value || undefined)}
        />
      </div>
    </div>
  );
}
