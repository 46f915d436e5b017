/** The words of a tip, once a pointer has rested. */
import { Tooltip } from "antd";

import { Anchor, type OpenPart } from "./opened";

export default function TipPart({ anchor, ...rest }: OpenPart & { title: string }) {
  return (
    <Tooltip mouseEnterDelay={0} mouseLeaveDelay={0} {...rest}>
      <Anchor element={anchor} />
    </Tooltip>
  );
}
