/** A panel beside its button, open until somebody clicks elsewhere. */
import type { PopoverProps } from "antd";

import { later } from "./later";
import { useOpened, type OpenedProps } from "./opened";

const PopupPart = later(() => import("./PopupPart"));

export type PopupLook = Pick<PopoverProps, "title" | "placement" | "styles"> & {
  content: () => React.ReactNode;
};

/** `content` is made when it is open, and gone when it is closed. */
export function Popup({ children, open, onOpenChange, ...look }: OpenedProps & PopupLook) {
  const { button, part } = useOpened({ children, open, onOpenChange }, PopupPart.ahead);
  return (
    <>
      {button}
      {part && <PopupPart {...part} {...look} />}
    </>
  );
}
