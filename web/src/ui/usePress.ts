/** A long press by finger, as phones choose things; what follows of the touch is swallowed. */
import { useRef, type MouseEvent, type TouchEvent } from "react";

const LONG_MS = 450;
// A finger never lies quite still.
const STILL_PX = 8;

/** Returns handlers for the element that is pressed. */
export function usePress(act: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const done = useRef(false);

  function letGo() {
    clearTimeout(timer.current);
  }

  return {
    onTouchStart({ touches }: TouchEvent) {
      const [finger] = Array.from(touches);
      done.current = false;
      letGo();
      if (!finger || touches.length > 1) return;
      from.current = { x: finger.clientX, y: finger.clientY };
      timer.current = setTimeout(() => {
        done.current = true;
        navigator.vibrate?.(10);
        act();
      }, LONG_MS);
    },
    onTouchMove({ touches }: TouchEvent) {
      const [finger] = Array.from(touches);
      if (!finger) return;
      const { x, y } = from.current;
      if (Math.hypot(finger.clientX - x, finger.clientY - y) > STILL_PX) letGo();
    },
    onTouchEnd: letGo,
    onTouchCancel: letGo,
    /** The browser's own menu of a link, and the click at the end of the press. */
    onContextMenu(event: MouseEvent) {
      if (done.current) event.preventDefault();
    },
    onClickCapture(event: MouseEvent) {
      if (!done.current) return;
      done.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
