/** One head: a click sorts, the edge resizes, dragging moves, the menu does all of it by keyboard. */
import {
  draggable,
  dropTargetForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { useEffect, useRef, useState, type CSSProperties, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";

import type { ObjectMeta } from "@/api/types";
import type { ViewColumn } from "@/api/views";
import { isRight } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import { Menu } from "@/ui/Menu";

import type { Column, Look, LookChange } from "../state/look";
import { isSortable } from "../state/paths";
import css from "./Grid.module.css";
import { useHeadMenu } from "./useHeadMenu";

export interface HeadProps {
  object: ObjectMeta;
  look: Look;
  column: Column;
  style?: CSSProperties;
  before?: string;
  after?: string;
  set: (key: string, changed: Partial<ViewColumn>) => void;
  move: (key: string, target: string) => void;
  change: (change: LookChange) => void;
}

const NARROWEST = 60;

export function HeadCell(props: HeadProps) {
  const { look, column, style, change } = props;
  const { t } = useTranslation();
  const { field, pinned } = column;
  const name = useLabel()(field.label);
  const { cell, over } = useMoving(field.key, props.move);
  const items = useHeadMenu(props);
  const place = look.sort.findIndex((each) => each.replace(/^-/, "") === field.key);
  const down = look.sort[place]?.startsWith("-");
  const sorted = place < 0 ? "none" : down ? "descending" : "ascending";
  const Arrow = down ? ArrowDown : ArrowUp;

  /** Up, down, as the view has it; with Shift one more key of the order. */
  function sort(more: boolean) {
    const rest = more ? look.sort.filter((_, index) => index !== place) : [];
    if (sorted === "descending") change({ sort: more ? rest : (look.view?.sort ?? []) });
    else change({ sort: [...rest, sorted === "ascending" ? `-${field.key}` : field.key] });
  }

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-sort={sorted}
      style={style}
      className={`${isRight(field) ? css.right : ""} ${pinned ? css.pinned : ""} ${over ? css.over : ""}`}
    >
      <button
        type="button"
        className={css.headButton}
        disabled={!isSortable(field)}
        onClick={(event) => sort(event.shiftKey)}
        title={t("list.sortBy", { name })}
      >
        <span className="ell">{name}</span>
        {place >= 0 && <Arrow size={12} aria-hidden />}
        {place >= 0 && look.sort.length > 1 && <small>{place + 1}</small>}
      </button>
      <Menu menu={{ items }}>
        <button type="button" className={css.headMenu} aria-label={t("list.column", { name })}>
          <ChevronDown size={13} aria-hidden />
        </button>
      </Menu>
      <Edge width={column.width} onWidth={(width) => props.set(field.key, { width })} />
    </div>
  );
}

function useMoving(key: string, move: HeadProps["move"]) {
  const cell = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  useEffect(() => {
    const element = cell.current!;
    const stop = [
      draggable({ element, getInitialData: () => ({ column: key }) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => "column" in source.data && source.data.column !== key,
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false);
          latest.current(String(source.data.column), key);
        },
      }),
    ];
    return () => stop.forEach((each) => each());
  }, [key]);
  return { cell, over };
}

function Edge({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  function pull(event: PointerEvent<HTMLSpanElement>) {
    event.preventDefault();
    const edge = event.currentTarget;
    const from = event.clientX;
    edge.setPointerCapture(event.pointerId);
    const wide = (at: number) => Math.max(NARROWEST, Math.round(width + at - from));
    edge.onpointermove = (moved) => onWidth(wide(moved.clientX));
    edge.onpointerup = () => {
      edge.onpointermove = null;
      edge.onpointerup = null;
    };
  }
  // The head itself can be dragged, which would swallow the pull.
  return <span className={css.edge} onPointerDown={pull} draggable onDragStart={stopped} />;
}

function stopped(event: { preventDefault: () => void; stopPropagation: () => void }) {
  event.preventDefault();
  event.stopPropagation();
}
