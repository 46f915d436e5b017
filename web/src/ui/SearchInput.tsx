/** What is looked for, in one line: the browser's own field in the look of the others. */
import { Search } from "lucide-react";
import type { InputHTMLAttributes, Ref } from "react";

import css from "./SearchInput.module.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  ref?: Ref<HTMLInputElement>;
}

export function SearchInput({ label, className, ...rest }: Props) {
  return (
    <span className={`${css.box} ${className ?? ""}`}>
      <Search size={14} aria-hidden />
      <input
        type="search"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        placeholder={label}
        {...rest}
      />
    </span>
  );
}
