/** A swipe by finger to the left or the right; what scrolls sideways by itself keeps its own. */
import { useRef, type TouchEvent } from "react";

const FAR_PX = 72;
/** Steeper than this it is scrolling. */
const SLOPE = 0.5;
const SLOW_MS = 600;

/** Returns handlers for the area; `act(1)` goes on, as the finger moves to the left. */
export function useSwipe(act: (step: 1 | -1) => void) {
  const from = useRef<{ x: number; y: number; at: number }>(null);
  return {
    onTouchStart({ touches, target, timeStamp }: TouchEvent) {
      const [finger] = Array.from(touches);
      const own = !finger || touches.length > 1 || holdsSwipes(target as Element);
      from.current = own ? null : { x: finger.clientX, y: finger.clientY, at: timeStamp };
    },
    onTouchEnd({ changedTouches, timeStamp }: TouchEvent) {
      const [finger] = Array.from(changedTouches);
      const start = from.current;
      from.current = null;
      if (!start || !finger || timeStamp - start.at > SLOW_MS) return;
      const across = finger.clientX - start.x;
      const along = Math.abs(finger.clientY - start.y);
      if (Math.abs(across) > FAR_PX && along < Math.abs(across) * SLOPE) act(across < 0 ? 1 : -1);
    },
  };
}

/** True for what is typed in, drawn on, or wider than its place. */
function holdsSwipes(target: Element): boolean {
  if (target.closest("input, textarea, canvas, audio, video, [contenteditable]")) return true;
  for (let at: Element | null = target; at; at = at.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(at).overflowX);
    if (scrolls && at.scrollWidth > at.clientWidth + 1) return true;
  }
  return false;
}
