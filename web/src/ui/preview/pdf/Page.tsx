/** One page of a PDF: its picture with the words over it, while it is near the window. */
import {
  TextLayer,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import css from "../Preview.module.css";

const AHEAD = "800px 0px";
/** No screen shows more, and a canvas has its limits. */
const MOST_PIXELS = 4096;

interface Props {
  document: PDFDocumentProxy;
  number: number;
  width: number;
  /** Height to width, of the first page: until this one is known. */
  ratio: number;
  within: RefObject<HTMLDivElement | null>;
}

export function Page({ document, number, width, ratio, within }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const near = useNear(box, within);
  const [page, setPage] = useState<PDFPageProxy>();
  useEffect(() => {
    if (near && !page) void document.getPage(number).then(setPage);
  }, [near, page, document, number]);
  useEffect(() => {
    if (!near || !page || !canvas.current || !words.current) return undefined;
    return drawn(page, width, canvas.current, words.current);
  }, [near, page, width]);
  const size = page?.getViewport({ scale: 1 });
  const height = width * (size ? size.height / size.width : ratio);
  return (
    <div
      ref={box}
      className={css.page}
      style={{ width, height }}
      role="group"
      aria-label={t("preview.page", { number })}
    >
      {near && (
        <>
          <canvas ref={canvas} aria-hidden />
          <div ref={words} className={css.words} />
        </>
      )}
    </div>
  );
}

/** Draw the picture and lay the words over it; returns what stops it. */
function drawn(
  page: PDFPageProxy,
  width: number,
  canvas: HTMLCanvasElement,
  words: HTMLDivElement,
): () => void {
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const dots = Math.min(window.devicePixelRatio || 1, MOST_PIXELS / width);
  canvas.width = Math.floor(viewport.width * dots);
  canvas.height = Math.floor(viewport.height * dots);
  const task = page.render({
    canvas,
    viewport,
    transform: dots === 1 ? undefined : [dots, 0, 0, dots, 0, 0],
  });
  // Stopped halfway when the size changes: the next drawing is on its way.
  task.promise.catch(() => undefined);
  words.replaceChildren();
  words.style.setProperty("--total-scale-factor", String(scale));
  const layer = new TextLayer({
    textContentSource: page.streamTextContent(),
    container: words,
    viewport,
  });
  layer.render().catch(() => undefined);
  return () => {
    task.cancel();
    layer.cancel();
  };
}

function useNear(box: RefObject<HTMLDivElement | null>, root: RefObject<HTMLDivElement | null>) {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(
      (seen) => setNear(seen.some((each) => each.isIntersecting)),
      { root: root.current, rootMargin: AHEAD },
    );
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, [box, root]);
  return near;
}
