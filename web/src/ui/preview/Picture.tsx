/** A picture: fits the window, grows by wheel, two fingers or a double click, and is then moved. */
import { useRef, useState, type PointerEvent, type WheelEvent } from "react";
import { useTranslation } from "react-i18next";

import { fileAddress } from "@/api/files";

import css from "./Preview.module.css";
import type { PartProps } from "./Shown";

interface Spot {
  x: number;
  y: number;
}

const SWIPE_PX = 60;
const CENTRE: Spot = { x: 0, y: 0 };

export function Picture({ file, zoom, onZoom, onSwipe, onFailed }: PartProps) {
  const { t } = useTranslation();
  const { at, busy, handlers } = useMoves({ zoom, onZoom, onSwipe });
  const moved = zoom > 1 ? `translate(${at.x}px, ${at.y}px) ` : "";
  return (
    <div
      className={css.picture}
      onWheel={(event: WheelEvent) => onZoom(zoom * Math.exp(-event.deltaY / 400))}
      onDoubleClick={() => onZoom(zoom > 1 ? 1 : 2)}
      {...handlers}
    >
      <img
        src={fileAddress(file.id)}
        alt={file.name}
        draggable={false}
        style={{ transform: `${moved}scale(${zoom})`, transition: busy ? "none" : undefined }}
        onError={() => onFailed(t("preview.broken"))}
      />
    </div>
  );
}

/** Fingers on the picture: one moves or leads on, two change the size. */
function useMoves({ zoom, onZoom, onSwipe }: Pick<PartProps, "zoom" | "onZoom" | "onSwipe">) {
  const fingers = useRef(new Map<number, Spot>());
  const start = useRef({ at: CENTRE, from: CENTRE, zoom: 1, span: 0 });
  const [at, setAt] = useState(CENTRE);
  const [busy, setBusy] = useState(false);

  function begin() {
    const [first = CENTRE] = fingers.current.values();
    start.current = { at, from: first, zoom, span: span(fingers.current) };
  }
  function onPointerDown(event: PointerEvent) {
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    setBusy(true);
    begin();
  }
  function onPointerMove(event: PointerEvent) {
    if (!fingers.current.has(event.pointerId)) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const { at: was, from, zoom: before, span: wide } = start.current;
    if (fingers.current.size > 1 && wide) onZoom((before * span(fingers.current)) / wide);
    else if (zoom > 1)
      setAt({ x: was.x + event.clientX - from.x, y: was.y + event.clientY - from.y });
  }
  function onPointerUp(event: PointerEvent) {
    const alone = fingers.current.size === 1;
    fingers.current.delete(event.pointerId);
    const across = event.clientX - start.current.from.x;
    if (alone && zoom <= 1 && Math.abs(across) > SWIPE_PX) onSwipe(across < 0 ? 1 : -1);
    if (fingers.current.size === 0) setBusy(false);
    else begin();
  }
  return {
    at,
    busy,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
}

function span(fingers: Map<number, Spot>): number {
  const [one, two] = fingers.values();
  return one && two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
}
