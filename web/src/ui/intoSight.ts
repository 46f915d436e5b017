/** Scrolls to a part within its own page or panel: `scrollIntoView` moves the frame around as well. */

// Within these a message is drawn, or there is none.
const FRAMES = 30;

/** As soon as there is such a part. */
export function soonIntoSight(find: () => Element | null | undefined, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const part = find();
    if (part) intoSight(part);
    else if (frames > 0) soonIntoSight(find, frames - 1);
  });
}

/** The part stands in the middle of what scrolls it. */
function intoSight(part: Element): void {
  const box = scrollerOf(part);
  if (!box) return part.scrollIntoView({ block: "nearest" });
  const middle = (each: Element) => {
    const { top, height } = each.getBoundingClientRect();
    return top + height / 2;
  };
  box.scrollTop += middle(part) - middle(box);
}

function scrollerOf(part: Element): Element | null {
  for (let box = part.parentElement; box; box = box.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(box).overflowY);
    if (scrolls && box.scrollHeight > box.clientHeight) return box;
  }
  return null;
}
