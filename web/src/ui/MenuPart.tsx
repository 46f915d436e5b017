/** The menu of a button, once it has been opened. */
import { Dropdown, type DropdownProps } from "antd";
import { useId, useLayoutEffect, type KeyboardEvent } from "react";

import { holdKeys } from "./heldKeys";
import { Anchor, type OpenPart } from "./opened";

type Items = NonNullable<DropdownProps["menu"]>;
type Props = OpenPart & Pick<DropdownProps, "menu" | "placement">;

const FRAMES = 10;

/**
 * The focus goes into the menu, and back to the button when something was chosen or left. antd
 * moves it some frames after a key, so that the next one would still meet the item before: here it
 * has moved when the key has been handled.
 */
export default function MenuPart({ anchor, open, onOpenChange, menu, placement }: Props) {
  const id = useId();
  useLayoutEffect(() => (open ? enter(id) : undefined), [open, id]);
  function follow(next: boolean) {
    if (!next && document.getElementById(id)?.contains(document.activeElement)) anchor.focus();
    onOpenChange(next);
  }
  const chosen: Items["onClick"] = (info) => {
    // The button has the focus before Enter is up: it would open the menu again.
    info.domEvent.preventDefault();
    menu?.onClick?.(info);
  };
  const pressed: Items["onKeyDown"] = (event) => {
    if (event.key === "Tab") {
      // On from the button; the menu would only go to its first item.
      event.nativeEvent.stopPropagation();
      follow(false);
    } else queueMicrotask(() => focusOn(marked(id)));
    // antd goes into a submenu some frames after the key that opens it.
    const title = submenuAt(event);
    if (title) holdKeys(() => isInside(title));
  };
  return (
    <Dropdown
      trigger={["click"]}
      placement={placement}
      open={open}
      menu={{ ...menu, id, onClick: chosen, onKeyDown: pressed }}
      onOpenChange={follow}
    >
      <Anchor element={anchor} />
    </Dropdown>
  );
}

/** Focus the first item as soon as it is drawn; returns what keeps the focus out again. */
function enter(id: string) {
  let left = FRAMES;
  const attempt = () => {
    const list = document.getElementById(id);
    list?.toggleAttribute("inert", false);
    if (left-- > 0 && !focusOn(list?.querySelector("[role=menuitem]:not([aria-disabled=true])")))
      requestAnimationFrame(attempt);
  };
  // A menu is drawn in several steps, all of them before this.
  queueMicrotask(attempt);
  return () => {
    left = 0;
    // While it fades, what antd has still in hand for a later frame would take the focus back.
    document.getElementById(id)?.toggleAttribute("inert", true);
  };
}

/** The title whose submenu a key opens. */
function submenuAt({ key, target }: KeyboardEvent): HTMLElement | null {
  if (key !== "ArrowRight" && key !== "Enter") return null;
  return (target as Element).closest<HTMLElement>("[aria-haspopup][aria-controls]");
}

function isInside(title: HTMLElement): boolean {
  const list = document.getElementById(title.getAttribute("aria-controls")!);
  return list?.contains(document.activeElement) ?? false;
}

/** The item that the menu has marked as the current one, the innermost of open submenus. */
function marked(id: string) {
  const mine = `[data-menu-id^="${CSS.escape(id)}-"]`;
  const all = document.querySelectorAll(
    `${mine}[class*=menu-item-active], [class*=menu-submenu-active] > ${mine}`,
  );
  return all.item(all.length - 1);
}

/** Focus an item, or the link in it; tells whether it took the focus. */
function focusOn(item: Element | null | undefined): boolean {
  const target = item?.querySelector<HTMLElement>("a[href]") ?? (item as HTMLElement | null);
  target?.focus({ preventScroll: true });
  return target !== null && document.activeElement === target;
}
