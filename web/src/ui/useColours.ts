/** The chosen colours and sizes as CSS variables of the page. */
import { useLayoutEffect } from "react";

import { usePreferences, useScheme } from "./preferences";
import { COLOURS, ROW_HEIGHT, type Scheme } from "./tokens";

/** Returns which scheme it is. */
export function useColours(): Scheme {
  const scheme = useScheme();
  const { density } = usePreferences();
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = scheme;
    root.style.colorScheme = scheme;
    root.style.setProperty("--row", `${ROW_HEIGHT[density]}px`);
    for (const [name, value] of Object.entries(COLOURS[scheme])) {
      root.style.setProperty(`--${name}`, value);
    }
  }, [scheme, density]);
  return scheme;
}
