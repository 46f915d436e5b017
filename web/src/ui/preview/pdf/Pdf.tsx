/** A PDF, page below page: a page is drawn when it comes near. */
import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import css from "../Preview.module.css";
import { Waiting, type PartProps } from "../Shown";
import { opened } from "./document";
import { Page } from "./Page";

/** CSS pixels of a page at 100 %: as wide as the window allows, no wider than reading needs. */
const WIDEST = 900;
/** Above this a browser struggles with the boxes alone. */
const MOST_PAGES = 1_000;

export default function Pdf({ file, zoom, onFailed }: PartProps) {
  const { t } = useTranslation();
  const pages = useRef<HTMLDivElement>(null);
  const [read, setRead] = useState<{ document: PDFDocumentProxy; ratio: number }>();
  const [wide, setWide] = useState(0);
  const failed = useRef(onFailed);
  useEffect(() => {
    failed.current = onFailed;
  });
  useEffect(() => {
    const task = opened(file.id);
    let gone = false;
    async function open() {
      const document = await task.promise;
      const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
      if (!gone) setRead({ document, ratio: height / width });
    }
    open().catch((error: Error) => {
      const locked = error.name === "PasswordException";
      if (!gone) failed.current(t(locked ? "preview.locked" : "preview.broken"));
    });
    return () => {
      gone = true;
      void task.destroy();
    };
  }, [file.id, t]);
  useEffect(() => {
    const fit = () => setWide(Math.min(WIDEST, window.innerWidth - 32));
    fit();
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, []);
  if (!read) return <Waiting />;
  const count = Math.min(read.document.numPages, MOST_PAGES);
  return (
    <div ref={pages} className={css.pages} tabIndex={0} role="region" aria-label={file.name}>
      {Array.from({ length: count }, (_, at) => (
        <Page key={at} {...read} number={at + 1} width={wide * zoom} within={pages} />
      ))}
      {read.document.numPages > count && (
        <p className={css.cut}>{t("preview.manyPages", { count })}</p>
      )}
    </div>
  );
}
