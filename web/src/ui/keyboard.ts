/** How much of the page a phone's keyboard covers, as `--keyboard`: what sticks to the bottom stays above it. */

/** Pinched wider, it is a closer look, not a keyboard. */
const ZOOMED = 1.01;

export function watchKeyboard(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  function tell() {
    const below = seen!.scale > ZOOMED ? 0 : window.innerHeight - seen!.height - seen!.offsetTop;
    const covered = Math.max(0, Math.round(below));
    document.documentElement.style.setProperty("--keyboard", `${covered}px`);
  }
  seen.addEventListener("resize", tell);
  seen.addEventListener("scroll", tell);
}
