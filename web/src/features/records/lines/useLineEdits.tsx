/** What can be done with lines while they are typed: filled, moved, copied, pasted, left out. */
import { useEffect, useRef, type ClipboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, Values } from "@/api/types";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { uuid7 } from "@/lib/uuid";
import { Button } from "@/ui/Button";
import { told } from "@/ui/told";
import { useStable } from "@/ui/useStable";

const SECONDS = 8;

export type LineEdits = ReturnType<typeof useLineEdits>;

export function useLineEdits(lines: Values[], onChange: ((lines: Values[]) => void) | undefined) {
  const { t } = useTranslation();
  const language = useLanguage();
  const label = useLabel();
  const here = useHere();

  const put = useStable((at: number, key: string, value: unknown) =>
    onChange?.(lines.map((line, n) => (n === at ? { ...line, [key]: value } : line))),
  );
  const insert = useStable((at: number, line: Values) => onChange?.(spliced(lines, at, 0, line)));
  const copy = useStable((at: number) => {
    const line: Values = { ...lines[at]!, key: uuid7() };
    delete line.id;
    insert(at + 1, line);
  });
  const move = useStable((from: number, to: number) => {
    if (to < 0 || to >= lines.length || from === to) return;
    onChange?.(spliced(spliced(lines, from, 1), to, 0, lines[from]!));
  });
  const remove = useStable((at: number) => {
    const line = lines[at]!;
    const key = `line-${String(line.id ?? line.key ?? at)}`;
    const back = () => {
      void told.message.destroy(key);
      // Saved or given up meanwhile: there is nothing to put it back into.
      if (here.current) insert(at, line);
    };
    onChange?.(spliced(lines, at, 1));
    const content = (
      <>
        {t("record.lineRemoved", { at: at + 1 })}
        <Button type="link" size="small" onClick={back}>
          {t("ui.undo")}
        </Button>
      </>
    );
    void told.message.success({ key, content, duration: SECONDS });
  });
  /** Put lines over those from a place on; further ones come at the end. */
  const spread = useStable((at: number, given: Values[]) => {
    const over = lines.map((line, n) => ({ ...line, ...given[n - at] }));
    const more = given.slice(lines.length - at).map((line) => ({ key: uuid7(), ...line }));
    onChange?.([...over, ...more]);
  });
  async function pour(text: string, columns: FieldMeta[], at: number, from: FieldMeta) {
    const { cellsOf, placesOf, readPasted } = await import("./pasted");
    const cells = cellsOf(text);
    if (!cells) return;
    const { fields, rows } = placesOf(cells, columns, from, label);
    const { lines: read, unknown } = await readPasted(rows, fields, label);
    if (!here.current) return;
    spread(at, read);
    if (unknown.length) {
      const names = joined(unknown, language);
      void told.message.warning(t("record.pastedUnknown", { names }));
    }
  }

  const paste = useStable(
    (event: ClipboardEvent, columns: FieldMeta[], at: number, from: FieldMeta) => {
      const text = event.clipboardData.getData("text/plain");
      const several = !(event.target instanceof HTMLTextAreaElement) && text.trim().includes("\n");
      if (!several && !text.includes("\t")) return;
      event.preventDefault();
      void pour(text, columns, at, from);
    },
  );

  return { put, insert, copy, move, remove, paste };
}

function spliced(lines: Values[], at: number, out: number, ...put: Values[]): Values[] {
  const next = [...lines];
  next.splice(at, out, ...put);
  return next;
}

/** Whether the lines are still on the page. */
function useHere() {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => void (here.current = false);
  }, []);
  return here;
}
