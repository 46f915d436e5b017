/** How far a record has come: the name of its stage, and the way as a line. */
import type { CSSProperties } from "react";

import type { FieldMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { OPTION_COLOURS } from "@/ui/tokens";

import css from "./Side.module.css";

export function Stage({ field, value }: { field: FieldMeta; value: unknown }) {
  const label = useLabel();
  const options = (field.options ?? []).filter((each) => !each.retired || each.key === value);
  const at = options.findIndex((each) => each.key === value);
  const here = options[at];
  if (!here) return null;
  const colour = OPTION_COLOURS[here.colour ?? ""];
  return (
    <div className={css.stage} style={colour ? ({ "--here": colour } as CSSProperties) : undefined}>
      <p>
        <span>{label(field.label)}</span>
        <strong className="ell">{label(here.label)}</strong>
      </p>
      <div aria-hidden>
        {options.map(({ key }, index) => (
          <i key={key} className={index === at ? css.here : index < at ? css.past : undefined} />
        ))}
      </div>
    </div>
  );
}
