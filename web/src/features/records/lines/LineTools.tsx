/** What can be done with one line of a table: moved, copied, left out. */
import { Ellipsis, Trash2 } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { uuid7 } from "@/lib/uuid";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";

import type { LineEdits } from "./useLineEdits";

interface Props {
  at: number;
  last: boolean;
  edits: Pick<LineEdits, "move" | "copy" | "insert" | "remove">;
}

/** `edits` are the same ones for good. */
export const LineTools = memo(
  function LineTools({ at, last, edits }: Props) {
    const { t } = useTranslation();
    const item = (key: string, act: () => void, disabled = false) => ({
      key,
      label: t(`record.line.${key}`),
      disabled,
      onClick: act,
    });
    const items = [
      item("up", () => edits.move(at, at - 1), at === 0),
      item("down", () => edits.move(at, at + 1), last),
      item("below", () => edits.insert(at + 1, { key: uuid7() })),
      item("copy", () => edits.copy(at)),
    ];
    return (
      <>
        <Menu menu={{ items }}>
          <IconButton icon={Ellipsis} label={t("record.lineMenu", { at: at + 1 })} />
        </Menu>
        <IconButton
          icon={Trash2}
          label={t("record.removeLine")}
          onClick={({ currentTarget }) => {
            stay(currentTarget);
            edits.remove(at);
          }}
        />
      </>
    );
  },
  (before, now) => before.at === now.at && before.last === now.last,
);

/** The focus goes to the line beside: outside the form no key saves it. */
function stay(button: HTMLElement) {
  const row = button.closest("tr");
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  const tools = Array.from(beside?.querySelectorAll("button") ?? []);
  (tools.at(-1) ?? button.closest<HTMLElement>("[role=region]"))?.focus();
}
