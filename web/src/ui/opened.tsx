/** A button and what it opens: the button is there at once, the rest comes when it is wanted. */
import {
  cloneElement,
  useImperativeHandle,
  useState,
  type ButtonHTMLAttributes,
  type ReactElement,
  type Ref,
} from "react";

type Button = ReactElement<ButtonHTMLAttributes<HTMLElement>>;

export interface OpenedProps {
  /** The button: it opens and closes. */
  children: Button;
  /** Told where somebody else has to know; otherwise it is kept here. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** What the part that opens is given; it comes with its own code. */
export interface OpenPart {
  anchor: HTMLElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/**
 * The button to draw, and what its part needs once it has been opened. `ahead` asks for the code of
 * that part: the pointer is over the button. `opens` hears of it before anything is drawn.
 */
export function useOpened(props: OpenedProps, ahead: () => void, opens?: () => void) {
  const { children, open: told, onOpenChange } = props;
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [own, setOwn] = useState(false);
  const open = told ?? own;
  const { onClick, onPointerEnter } = children.props;

  function change(next: boolean) {
    setOwn(next);
    onOpenChange?.(next);
  }

  const button = cloneElement(children, {
    "aria-expanded": open,
    onPointerEnter(event) {
      onPointerEnter?.(event);
      ahead();
    },
    onClick(event) {
      onClick?.(event);
      if (!open) opens?.();
      setAnchor(event.currentTarget);
      change(!open);
    },
  });
  return { button, part: anchor && { anchor, open, onOpenChange: change } };
}

/** Stands for an element that is there already, where antd wants the button as a child. */
export function Anchor({ element, ref }: { element: HTMLElement; ref?: Ref<HTMLElement> }) {
  useImperativeHandle(ref, () => element, [element]);
  return null;
}
