/** A day or a moment: typed as people say it, or chosen from the calendar. */
import { DatePicker, Input } from "antd";
import { CalendarDays } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useLabel, useLanguage } from "@/i18n/useLabel";
import { exactInstant, instantOf, today } from "@/lib/format/dates";
import { readDay, readMoment } from "@/lib/format/days";

import css from "./Editor.module.css";
import { useHint } from "./hint";
import type { EditorProps } from "./protocol";
import { useTyped, type Typed } from "./useTyped";
import { wall, type Dayjs } from "./wall";

interface Props extends EditorProps<string> {
  timed?: boolean;
  /** What stands in the empty box. */
  hint?: string;
}

/** An instant with time when `timed`, a day otherwise. */
export function DayInput({ timed = false, hint, ...props }: Props) {
  const { t } = useTranslation();
  const name = useLabel()(props.field.label);
  const [open, setOpen] = useState(false);
  const usual = timed ? t("fields.momentHint") : t("fields.dayHint");
  const placeholder = useHint(props.field, hint ?? usual);
  const { value, onChange, error, autoFocus, id } = props;
  const show = timed ? exactInstant : asIs;
  const read = timed ? readInstant : (text: string) => readDay(text, today());
  const typed = useTyped<string>({ value, onChange, show, read });
  const known = value && !typed.bad ? local(value, timed) : null;

  function choose(chosen: Dayjs | null) {
    onChange(
      chosen &&
        (timed ? instantOf(chosen.format("YYYY-MM-DDTHH:mm")) : chosen.format("YYYY-MM-DD")),
    );
    setOpen(false);
  }

  return (
    <span className={css.wrap}>
      <Input
        id={id}
        aria-label={id ? undefined : name}
        autoFocus={autoFocus}
        autoComplete="off"
        value={typed.text}
        placeholder={placeholder}
        status={error || typed.bad ? "error" : undefined}
        onChange={(event) => typed.type(event.target.value)}
        onBlur={typed.settle}
        onKeyDown={(event) => event.key === "ArrowDown" && setOpen(true)}
        suffix={<Suffix day={known} open={open} onClick={() => setOpen(!open)} />}
      />
      <Below typed={typed} meant={known && show(value!)} timed={timed} />
      <span className={css.under}>
        <DatePicker
          open={open}
          tabIndex={-1}
          showTime={timed && { format: "HH:mm", minuteStep: 5 }}
          value={known}
          presets={presets(t)}
          onChange={choose}
          onOpenChange={setOpen}
        />
      </span>
    </span>
  );
}

interface SuffixProps {
  day: Dayjs | null;
  open: boolean;
  onClick: () => void;
}

/** The day of the week, and what opens the calendar. */
function Suffix({ day, open, onClick }: SuffixProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <span className={css.quiet}>
        {day?.toDate().toLocaleDateString(language, { weekday: "short", timeZone: "UTC" })}
      </span>
      <button
        type="button"
        className={css.icon}
        aria-label={t("fields.openCalendar")}
        aria-expanded={open}
        onClick={onClick}
      >
        <CalendarDays size={15} aria-hidden />
      </button>
    </>
  );
}

/** What the words mean while they are typed, or that they mean nothing. */
function Below({ typed, meant, timed }: { typed: Typed; meant: string | null; timed: boolean }) {
  const { t } = useTranslation();
  if (typed.bad) {
    const said = timed ? t("fields.notMoment") : t("fields.notDay");
    return <span className={`${css.below} ${css.wrong}`}>{said}</span>;
  }
  return meant && meant !== typed.text ? <span className={css.below}>{meant}</span> : null;
}

function asIs(day: string): string {
  return day;
}

function presets(t: (key: string) => string) {
  const from = wall(today());
  const nextMonday = from.subtract((from.day() + 6) % 7, "day").add(7, "day");
  return [
    { label: t("fields.today"), value: from },
    { label: t("fields.tomorrow"), value: from.add(1, "day") },
    { label: t("fields.nextMonday"), value: nextMonday },
    { label: t("fields.monthEnd"), value: from.endOf("month").startOf("day") },
  ];
}

function local(value: string, timed: boolean): Dayjs | null {
  const made = wall(timed ? exactInstant(value) : value);
  return made.isValid() ? made : null;
}

function readInstant(text: string): string | null {
  const found = readMoment(text, today());
  return found && instantOf(found);
}
