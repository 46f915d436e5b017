/** What a picture means, said when the pointer rests on it. */
import {
  cloneElement,
  useEffect,
  useState,
  type HTMLAttributes,
  type PointerEvent,
  type ReactElement,
} from "react";

import { later } from "./later";

const TipPart = later(() => import("./TipPart"));
const REST_MS = 500;
/** Long enough to move into the tip, whose words may be copied. */
const LEAVE_MS = 100;

interface Props {
  title: string;
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

export function Tip({ title, children }: Props) {
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [over, setOver] = useState(false);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const wait = setTimeout(() => setOpen(over), over ? REST_MS : LEAVE_MS);
    return () => clearTimeout(wait);
  }, [over]);

  const { onPointerEnter, onPointerLeave } = children.props;
  const told = cloneElement(children, {
    onPointerEnter(event: PointerEvent<HTMLElement>) {
      onPointerEnter?.(event);
      // A finger presses, it does not rest.
      if (event.pointerType !== "mouse") return;
      TipPart.ahead();
      setAnchor(event.currentTarget);
      setOver(true);
    },
    onPointerLeave(event: PointerEvent<HTMLElement>) {
      onPointerLeave?.(event);
      setOver(false);
    },
  });
  return (
    <>
      {told}
      {anchor && (
        <TipPart anchor={anchor} title={title} open={open && title !== ""} onOpenChange={setOver} />
      )}
    </>
  );
}
