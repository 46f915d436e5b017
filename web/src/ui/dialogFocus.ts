/**
 * A dialog that opens gives the focus to its first field. antd gives it to the cross: `autoFocus`
 * speaks before the dialog is on the page, where nothing can have the focus yet.
 */
const FIELD = ":is(input:not([type=hidden], [type=file]), textarea):not(:disabled)";
const led = new WeakSet<Element>();

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  const cross = (target as Element).closest(".ant-modal-close");
  const dialog = cross?.closest("[role=dialog]");
  if (!dialog || led.has(dialog)) return;
  led.add(dialog);
  // Who walks to the cross by keys wants it.
  if (dialog.contains(relatedTarget as Node | null)) return;
  dialog.querySelector<HTMLElement>(`.ant-modal-body ${FIELD}`)?.focus();
});

export {};
