/** The way a record goes, as a bar of its stages; a click takes it there. */
import { useEffect, useRef, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta, Option, Row, Values } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { OPTION_COLOURS } from "@/ui/tokens";

import css from "./Stage.module.css";
import { useFieldWrite } from "./useFieldWrite";

interface Props {
  object: ObjectMeta;
  field: FieldMeta;
  row: Row;
  /** Refused: more has to be filled in first. */
  onRefused: (values: Values, error: unknown) => void;
}

export function StageBar({ object, field, row, onRefused }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const { write, pending, dialog } = useFieldWrite(object, row, {
    onRefused: (error, values) => onRefused(values, error),
  });
  const current = row.values[field.key];
  const options = (field.options ?? []).filter((each) => !each.retired || each.key === current);
  const at = options.findIndex((each) => each.key === current);

  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const drawn = bar.current!;
    const watched = new ResizeObserver(() => showStep(drawn, at));
    watched.observe(drawn);
    return () => watched.disconnect();
  }, [at]);

  async function go(key: string) {
    const to = options.find((each) => each.key === key)!;
    const told = t("record.movedTo", { name: label(to.label) });
    const refused = await write({ [field.key]: key }, told);
    if (refused !== undefined) onRefused({ [field.key]: key }, refused);
  }

  return (
    <div
      ref={bar}
      className={css.bar}
      role="radiogroup"
      aria-label={label(field.label)}
      aria-busy={pending}
    >
      {options.map((option, index) => (
        <button
          key={option.key}
          type="button"
          role="radio"
          aria-checked={index === at}
          className={`${css.step} ${index < at ? css.past : ""}`}
          style={index === at ? colourOf(option) : undefined}
          disabled={!field.writable || pending}
          onClick={() => index !== at && void go(option.key)}
        >
          <span className="ell">{label(option.label)}</span>
        </button>
      ))}
      {dialog}
    </div>
  );
}

/**
 * On a phone the bar is wider than the screen: it begins with the whole of the step before the one
 * at `at`, or with that one where both do not fit. The last steps leave room behind them for it.
 */
function showStep(bar: HTMLElement, at: number) {
  bar.style.paddingInlineEnd = "";
  const steps = [...bar.querySelectorAll<HTMLElement>("[role=radio]")];
  const here = steps[at];
  const room = bar.clientWidth;
  const most = bar.scrollWidth - room;
  if (!here || most <= 0) return;
  const from = (step: HTMLElement) => step.offsetLeft - steps[0]!.offsetLeft;
  const fits = (step: HTMLElement) => from(here) + here.offsetWidth - from(step) <= room;
  const before = steps[at - 1];
  const first = before && fits(before) ? before : here;
  const begin = steps.find((step) => fits(step) && from(step) >= Math.min(from(first), most))!;
  bar.style.paddingInlineEnd = `${Math.max(from(begin) - most, 0)}px`;
  bar.scrollLeft = from(begin);
}

/** Where it stands has the option's own colour: won is green, lost is red. */
function colourOf(option: Option): CSSProperties | undefined {
  const colour = OPTION_COLOURS[option.colour ?? ""];
  return colour ? ({ "--here": colour } as CSSProperties) : undefined;
}
