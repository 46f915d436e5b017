/** One of a few pictures side by side: how something is shown. */
import type { LucideIcon } from "lucide-react";
import { useId } from "react";

import css from "./Segments.module.css";
import { Tip } from "./Tip";

interface Props<T extends string> {
  label: string;
  value: T;
  options: { value: T; label: string; icon: LucideIcon }[];
  onChange: (value: T) => void;
}

export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={css.segments}>
      {options.map(({ value: each, label: told, icon: Icon }) => (
        <Tip key={each} title={told}>
          <label className={each === value ? css.chosen : undefined}>
            <input
              type="radio"
              className="sr"
              name={name}
              aria-label={told}
              checked={each === value}
              onChange={() => onChange(each)}
            />
            <Icon size={15} aria-hidden />
          </label>
        </Tip>
      ))}
    </div>
  );
}
