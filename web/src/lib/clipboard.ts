/** Copying a text: by the clipboard, or as the keys do where a page without https has none. */

/** Tells whether it was copied; only what somebody pressed may copy. */
export async function copyText(text: string): Promise<boolean> {
  // Missing over plain http, whatever the types say.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) {
    return clipboard.writeText(text).then(
      () => true,
      () => asKeysDo(text),
    );
  }
  return asKeysDo(text);
}

function asKeysDo(text: string): boolean {
  let taken = false;
  function fill(event: ClipboardEvent) {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    taken = event.clipboardData != null;
  }
  document.addEventListener("copy", fill, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return taken;
}
