/** A button of the first pages: antd's look and names, without its code. */
import type { ButtonHTMLAttributes, ReactNode } from "react";

import css from "./Button.module.css";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  /** Default: an edge, no ground. */
  type?: "default" | "primary" | "text" | "link";
  size?: "small";
  danger?: boolean;
  icon?: ReactNode;
  /** What it asked for is on its way: it is not heard meanwhile. */
  loading?: boolean;
}

export function Button(props: Props) {
  const { type = "default", size, danger, icon, loading, className, children, ...rest } = props;
  const classes = [css.button, css[type], size && css[size], danger && css.danger, className];
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(" ")}
      disabled={loading}
      aria-busy={loading}
      {...rest}
    >
      {icon && <span className={css.icon}>{icon}</span>}
      {children != null && <span>{children}</span>}
    </button>
  );
}
