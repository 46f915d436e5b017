/** One line of the profile: what, how it is now, and a form that opens in its place. */
import { Button } from "antd";
import { useState, type ReactNode } from "react";

import css from "./ProfilePage.module.css";

interface Props {
  name: string;
  value: ReactNode;
  /** The word on the button; none when nothing is to be changed here. */
  action?: string;
  form?: (close: () => void) => ReactNode;
}

export function ProfileRow({ name, value, action, form }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <li className={css.row}>
      <span className={css.name}>{name}</span>
      {open && form ? (
        <div>{form(() => setOpen(false))}</div>
      ) : (
        <>
          <div className={css.value}>{value}</div>
          {action && <Button onClick={() => setOpen(true)}>{action}</Button>}
        </>
      )}
    </li>
  );
}
