/** Small settings of this browser (theme, density, language, widths); a full store is no error. */
const PREFIX = "changliu.";

export function readStored<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text == null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the setting lasts until the page closes.
  }
}

/** Remove everything whose key begins so. */
export function forgetStored(beginning: string): void {
  try {
    const found = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + beginning));
    found.forEach((key) => localStorage.removeItem(key));
  } catch {
    // Where nothing can be stored, nothing is left.
  }
}
