/** A quiet button that opens what explains something beside it; its part is made when it opens. */
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "./IconButton";
import { Popup } from "./Popup";

interface Props {
  icon: LucideIcon;
  /** Name of the button and head of what it opens. */
  title: string;
  /** Made anew each time it opens. */
  children: () => ReactNode;
}

export function PopoverButton({ icon, title, children }: Props) {
  return (
    <Popup placement="bottomRight" title={title} content={children}>
      <IconButton icon={icon} label={title} />
    </Popup>
  );
}
