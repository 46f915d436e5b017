/** The panel of a button, once it has been opened. */
import { Popover } from "antd";

import { Anchor, type OpenPart } from "./opened";
import type { PopupLook } from "./Popup";

export default function PopupPart({ anchor, content, ...rest }: OpenPart & PopupLook) {
  return (
    <Popover trigger="click" arrow={false} destroyOnHidden content={content} {...rest}>
      <Anchor element={anchor} />
    </Popover>
  );
}
