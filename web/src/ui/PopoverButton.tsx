/** A quiet button that opens what explains something beside it; its part is made when it opens. */
import { Popover } from "antd";
import type { LucideIcon } from "lucide-react";
import { useState, type ReactNode } from "react";

import { IconButton } from "./IconButton";

interface Props {
  icon: LucideIcon;
  /** Name of the button and head of what it opens. */
  title: string;
  /** Made anew each time it opens. */
  children: () => ReactNode;
}

export function PopoverButton({ icon, title, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={title}
      content={open && children()}
      destroyOnHidden
    >
      <IconButton icon={icon} label={title} aria-expanded={open} />
    </Popover>
  );
}
