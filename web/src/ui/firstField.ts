/** For a dialog's `afterOpenChange`: its first field has the keys, not the cross that closes it. */
export function toFirstField(open: boolean) {
  const topmost = [...document.querySelectorAll(".ant-modal-body")].at(-1);
  // Who was quicker is in a field already.
  if (!open || topmost?.contains(document.activeElement)) return;
  topmost?.querySelector<HTMLElement>("input, textarea")?.focus();
}
