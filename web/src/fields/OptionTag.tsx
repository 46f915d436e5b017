/** One option: its colour as a dot, its label as text. */
import type { Option } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { OPTION_COLOURS } from "@/ui/tokens";

import css from "./FieldCell.module.css";

export function OptionTag({ option, fallback }: { option?: Option; fallback: string }) {
  const label = useLabel();
  return (
    <span className={`${css.option} ${option?.retired ? css.retired : ""}`}>
      {option?.colour && <Dot colour={option.colour} />}
      <span className="ell">{option ? label(option.label) : fallback}</span>
    </span>
  );
}

export function Dot({ colour }: { colour: string }) {
  return <i className={css.dot} style={{ background: OPTION_COLOURS[colour] }} aria-hidden />;
}
