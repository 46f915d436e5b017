/** Keys pressed while the focus is on its way: kept, and given to where it arrives, one a frame. */

const FRAMES = 120;

/** Holds keys until `arrived()`, or for about two seconds. */
export function holdKeys(arrived: () => boolean) {
  const kept: KeyboardEvent[] = [];
  let left = FRAMES;

  function keep(event: KeyboardEvent) {
    if (!event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.push(event);
  }

  function step() {
    if (!arrived() && left-- > 0) return void requestAnimationFrame(step);
    const key = kept.shift();
    if (!key) return window.removeEventListener("keydown", keep, true);
    left = 0;
    document.activeElement?.dispatchEvent(again(key));
    requestAnimationFrame(step);
  }

  window.addEventListener("keydown", keep, true);
  requestAnimationFrame(step);
}

function again({ key, code, keyCode, shiftKey }: KeyboardEvent): KeyboardEvent {
  const said = { key, code, keyCode, shiftKey, bubbles: true, cancelable: true };
  return new KeyboardEvent("keydown", said);
}
