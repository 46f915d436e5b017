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

  // On a phone the bar is wider than the screen: where the record is comes into sight.
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const here = bar.current?.children[at] as HTMLElement | undefined;
    if (here) bar.current!.scrollLeft = here.offsetLeft - bar.current!.offsetLeft - 40;
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

/** Where it stands has the option's own colour: won is green, lost is red. */
function colourOf(option: Option): CSSProperties | undefined {
  const colour = OPTION_COLOURS[option.colour ?? ""];
  return colour ? ({ "--here": colour } as CSSProperties) : undefined;
}
