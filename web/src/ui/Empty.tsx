/** An empty place teaches with one sentence and one action. */
import type { ComponentType, ReactNode } from "react";

import css from "./Failure.module.css";

interface Props {
  icon: ComponentType<{ size?: number; strokeWidth?: number }>;
  text: string;
  action?: ReactNode;
}

export function Empty({ icon: Icon, text, action }: Props) {
  return (
    <div className={css.failure}>
      <Icon size={22} strokeWidth={1.5} />
      <p>{text}</p>
      {action}
    </div>
  );
}
