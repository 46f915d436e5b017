/** Keys pressed while the focus is on its way: kept, and given to where it arrives, one a frame. */

const FRAMES = 120;

/** Holds keys until `arrived()`; when that takes longer than about two seconds, they are dropped. */
export function holdKeys(arrived: () => boolean) {
  if (arrived()) return;
  const kept: KeyboardEvent[] = [];
  let left = FRAMES;
  let here = false;

  function keep(event: KeyboardEvent) {
    // What goes with Ctrl or ⌘ is meant for the browser or for any page.
    if (!event.isTrusted || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.push(event);
  }

  function step() {
    here ||= arrived();
    if (!here && left-- > 0) return void requestAnimationFrame(step);
    const key = here ? kept.shift() : undefined;
    if (!key) return window.removeEventListener("keydown", keep, true);
    give(key);
    requestAnimationFrame(step);
  }

  window.addEventListener("keydown", keep, true);
  requestAnimationFrame(step);
}

/** Tells whether the focus is where text is typed, in the panel or form that was opened. */
export function inOpenedField(): boolean {
  const here = document.activeElement;
  return isField(here) && here.closest("[role=dialog], form") !== null;
}

function isField(element: Element | null): element is HTMLElement {
  return element?.matches("input, textarea, [contenteditable=true]") ?? false;
}

function give({ key, code, keyCode, shiftKey }: KeyboardEvent) {
  const target = document.activeElement;
  const said = { key, code, keyCode, shiftKey, bubbles: true, cancelable: true };
  const free = target?.dispatchEvent(new KeyboardEvent("keydown", said));
  // A key that was not pressed types nothing by itself; this does, with all that follows from it.
  if (free && [...key].length === 1 && isField(target))
    document.execCommand("insertText", false, key);
}
