/** A panel from an edge of the screen; its code comes when it is first opened. */
import type { DrawerProps } from "antd";
import { useState } from "react";

import { later } from "./later";

const SheetPart = later(() => import("./SheetPart"));

export function Sheet(props: DrawerProps) {
  const [used, setUsed] = useState(false);
  if (props.open && !used) setUsed(true);
  return used ? <SheetPart {...props} /> : null;
}
