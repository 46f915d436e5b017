/** Places in the shell that features fill: the only file that brings the two together. */
import { lazy, Suspense, useState } from "react";
import { useParams, useSearchParams } from "react-router";

import { useObject } from "@/api/catalogue";
import { Bell } from "@/features/notifications/Bell";
import { NewButton } from "@/features/records/panel/NewButton";
import { loadWhole } from "@/i18n";
import { holdKeys, inOpenedField } from "@/ui/heldKeys";
import { later } from "@/ui/later";
import { useShortcut } from "@/ui/shortcuts";

import { Opening } from "./palette/Opening";

const NewPanel = later(async () => {
  const { NewPanel: panel } = await import("@/features/records/panel/NewPanel");
  return { default: panel };
});
const Palette = lazy(async () => {
  // It names pages whose words are not among the first.
  const [palette] = await Promise.all([import("./palette/Palette"), loadWhole()]);
  return palette;
});

/** Opened by Ctrl-K, `/` and the search box. */
export function PaletteSlot(props: { onClose: () => void; onHelp: () => void }) {
  // Held here, what is typed while the palette is on its way or being drawn is in it from the start.
  const [text, setText] = useState("");
  return (
    <Suspense fallback={<Opening onText={setText} onClose={props.onClose} />}>
      <Palette {...props} text={text} onText={setText} />
    </Suspense>
  );
}

/** The bell of the notification centre. */
export function BellSlot() {
  return <Bell />;
}

/** Above every page: the side panel in which a record is made. */
export function PanelSlot() {
  const [params, setParams] = useSearchParams();
  const { object: here = "" } = useParams();
  const creates = useObject(here)?.verbs.includes("create") ?? false;
  useShortcut(
    "create",
    () => {
      holdKeys(inOpenedField);
      setParams((old) => new URLSearchParams([...old, ["new", here]]));
    },
    creates,
  );
  return params.has("new") ? <NewPanel /> : null;
}

/** In the top bar: a new record of the kind that is shown. */
export function NewSlot() {
  return <NewButton />;
}
