/** Something is new, or set: a dot at what it is about, or how many. */
import type { CSSProperties, ReactNode } from "react";

import css from "./Badge.module.css";

const MOST = 99;

interface Props {
  children: ReactNode;
  /** None is nothing; true is a dot. */
  count: number | boolean;
  /** How far right and down of the corner, in px. */
  offset?: [right: number, down: number];
}

export function Badge({ children, count, offset: [right, down] = [0, 0] }: Props) {
  const style: CSSProperties = { right: -right, top: down };
  return (
    <span className={css.badge}>
      {children}
      {/* Its words are told by the name of what it stands at. */}
      {count === true && <i className={css.dot} style={style} aria-hidden />}
      {typeof count === "number" && count > 0 && (
        <i className={css.count} style={style} aria-hidden>
          {count > MOST ? `${MOST}+` : count}
        </i>
      )}
    </span>
  );
}
