/** One card: its title leads to the record, dragging or "移到…" moves it. */
import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { Drawer } from "antd";
import { ArrowRightLeft, Ellipsis } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { FieldMeta, Option, Row } from "@/api/types";
import { OptionTag } from "@/fields/OptionTag";
import { Menu } from "@/ui/Menu";
import { useNarrow } from "@/ui/useMedia";

import css from "./Board.module.css";
import { CardFacts } from "./CardFacts";
import type { Moves } from "./useMoves";

interface Props {
  row: Row;
  cards: FieldMeta[];
  options: Option[];
  /** The column it stands in. */
  at: string;
  moves: Moves;
  movable: boolean;
  onPeek: (id: string) => void;
}

export const BoardCard = memo(function BoardCard({ row, cards, movable, onPeek, ...rest }: Props) {
  const { t } = useTranslation();
  const card = useRef<HTMLElement>(null);
  const [dragged, setDragged] = useState(false);
  const { moves } = rest;
  const { id } = row;
  // Moved by its menu it is drawn anew in another column: the keys go with it, and back when refused.
  useEffect(() => {
    const lost = document.activeElement === document.body;
    if (lost && moves.isFollowed(id)) card.current?.querySelector("button")?.focus();
  }, [id, moves]);
  useEffect(() => {
    if (!movable) return undefined;
    return draggable({
      element: card.current!,
      getInitialData: () => ({ row }),
      onDragStart: () => setDragged(true),
      onDrop: () => setDragged(false),
    });
  }, [row, movable]);
  return (
    <article
      ref={card}
      className={`${css.card} ${dragged ? css.dragged : ""}`}
      onClick={(event) => {
        if (!(event.target as Element).closest("a, button")) onPeek(row.id);
      }}
    >
      <div className={css.cardTop}>
        <Link
          to={`/o/${row.object}/${row.id}`}
          className={`${css.cardTitle} ell`}
          draggable={false}
        >
          {row.title || t("fields.untitled")}
        </Link>
        {movable && <MoveMenu row={row} {...rest} />}
      </div>
      <CardFacts row={row} cards={cards} />
    </article>
  );
});

type MoveProps = Pick<Props, "row" | "options" | "at" | "moves">;

/** Where it may go: a menu, on a phone a sheet from below. */
function MoveMenu({ row, options, at, moves }: MoveProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const targets = options.filter(({ key, retired }) => key !== at && key !== "" && !retired);
  const move = (option: Option) => {
    setOpen(false);
    void moves.move(row, option, true);
  };
  const button = (
    <button
      type="button"
      className={css.cardMenu}
      aria-label={t("list.moveTo")}
      aria-expanded={open}
      onClick={narrow ? () => setOpen(true) : undefined}
    >
      {narrow ? <ArrowRightLeft size={15} aria-hidden /> : <Ellipsis size={15} aria-hidden />}
    </button>
  );
  if (narrow) {
    return (
      <>
        {button}
        <Drawer
          open={open}
          placement="bottom"
          size="auto"
          title={t("list.moveNamed", { name: row.title || t("fields.untitled") })}
          onClose={() => setOpen(false)}
          styles={{ body: { padding: "0 0 12px" } }}
          destroyOnHidden
        >
          {targets.map((option) => (
            <button
              key={option.key}
              type="button"
              className={css.target}
              onClick={() => move(option)}
            >
              <OptionTag option={option} fallback={option.key} />
            </button>
          ))}
        </Drawer>
      </>
    );
  }
  const items = targets.map((option) => ({
    key: option.key,
    label: <OptionTag option={option} fallback={option.key} />,
    onClick: () => move(option),
  }));
  const menu = [{ key: "to", type: "group" as const, label: t("list.moveTo"), children: items }];
  return (
    <Menu
      open={open}
      onOpenChange={setOpen}
      menu={{ items: menu }}

      placement="bottomRight"
    >
      {button}
    </Menu>
  );
}
