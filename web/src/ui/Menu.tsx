/** A menu below its button, by mouse and by keyboard alike: arrows walk it as soon as it is open. */
import { Dropdown, type DropdownProps } from "antd";
import { useRef } from "react";

type OnOpenChange = NonNullable<DropdownProps["onOpenChange"]>;

/** The focus goes into the menu, and back to the button when something was chosen. */
export function Menu({ menu, onOpenChange, ...props }: DropdownProps) {
  const opener = useRef<HTMLElement>(null);
  const follow: OnOpenChange = (open, info) => {
    if (open) opener.current = document.activeElement as HTMLElement | null;
    else if (info.source === "menu") opener.current?.focus();
    onOpenChange?.(open, info);
  };
  const chosen: NonNullable<typeof menu>["onClick"] = (info) => {
    // The button has the focus before Enter is up: it would open the menu again.
    info.domEvent.preventDefault();
    menu?.onClick?.(info);
  };
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      {...props}
      menu={{ ...menu, onClick: chosen }}
      onOpenChange={follow}
    />
  );
}
