/** Tells when a part of the page is left: something outside it is pressed or gets the keyboard.
 *
 * What it opens elsewhere on the page (lists, calendars, dialogs) belongs to it, as in React's tree.
 */
import { useEffect, useRef } from "react";

/** Spread what it returns over the part's element. */
export function useLeaving(leave: () => void) {
  const inside = useRef(false);
  const told = useRef(leave);
  useEffect(() => {
    told.current = leave;
  });
  useEffect(() => {
    let timer = 0;
    function ask() {
      inside.current = false;
      clearTimeout(timer);
      timer = window.setTimeout(() => !inside.current && told.current());
    }
    // Before React hears of it: those inside answer by then.
    document.addEventListener("pointerdown", ask, true);
    document.addEventListener("focusin", ask, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", ask, true);
      document.removeEventListener("focusin", ask, true);
    };
  }, []);
  function stay() {
    inside.current = true;
  }
  return { onPointerDownCapture: stay, onFocusCapture: stay };
}
