/** A quiet button that is only a picture; its name is told to who cannot see it. */
import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";

import css from "./IconButton.module.css";
import { Tip } from "./Tip";

/** A finger leaves no pointer behind: there a tip would stay. */
const HOVERS = window.matchMedia("(hover: hover)").matches;

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon;
  label: string;
  /** Shortcut shown in the tip. */
  hint?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon: Icon, label, hint, className, ...rest }: Props) {
  // What it has opened says the same, and would lie under the tip.
  const tip = rest["aria-expanded"] || !HOVERS ? "" : hint ? `${label}  ${hint}` : label;
  return (
    <Tip title={tip}>
      <button
        type="button"
        aria-label={label}
        className={`${css.button} ${className ?? ""}`}
        {...rest}
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </Tip>
  );
}
