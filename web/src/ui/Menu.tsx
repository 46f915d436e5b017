/** A menu below its button, by mouse and by keyboard alike, however fast keys are pressed. */
import type { DropdownProps } from "antd";

import { holdKeys } from "./heldKeys";
import { later } from "./later";
import { useOpened, type OpenedProps } from "./opened";

export const MenuPart = later(() => import("./MenuPart"));

type Props = OpenedProps & Pick<DropdownProps, "menu" | "placement">;

export function Menu({ menu, placement, ...opened }: Props) {
  const { button, part } = useOpened(opened, MenuPart.ahead, () => {
    if (!MenuPart.here()) holdKeys(isInMenu);
  });
  return (
    <>
      {button}
      {part && <MenuPart {...part} menu={menu} placement={placement} />}
    </>
  );
}

function isInMenu(): boolean {
  return document.activeElement?.closest("[role=menu]") != null;
}
