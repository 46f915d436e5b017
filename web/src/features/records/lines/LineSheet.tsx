/** One line on a phone: its fields below each other, the next line one tap away. */
import { Button, Drawer } from "antd";
import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Values } from "@/api/types";
import { IconButton } from "@/ui/IconButton";

import { FieldInput } from "../form/FieldInput";
import css from "./Cards.module.css";
import type { LineEdits } from "./useLineEdits";
import type { ShownLines } from "./useLines";

interface Props {
  shown: ShownLines;
  lines: Values[];
  at: number;
  /** What the lines are called. */
  name: string;
  errorAt?: (line: number, key: string) => string | undefined;
  edits: LineEdits;
  /** Null closes it. */
  onGo: (at: number | null) => void;
}

export function LineSheet({ shown, lines, at, name, errorAt, edits, onGo }: Props) {
  const { t } = useTranslation();
  const { object, columns, figures } = shown;

  function remove() {
    onGo(null);
    edits.remove(at);
  }

  function move(to: number) {
    edits.move(at, to);
    onGo(to);
  }

  return (
    <Drawer
      open
      placement="bottom"
      size="82%"
      title={`${name} ${at + 1} / ${lines.length}`}
      onClose={() => onGo(null)}
      extra={
        <span className={css.paging}>
          <IconButton
            icon={ArrowUp}
            label={t("record.line.up")}
            disabled={at === 0}
            onClick={() => move(at - 1)}
          />
          <IconButton
            icon={ArrowDown}
            label={t("record.line.down")}
            disabled={at === lines.length - 1}
            onClick={() => move(at + 1)}
          />
          <IconButton
            icon={ChevronLeft}
            label={t("record.previous")}
            disabled={at === 0}
            onClick={() => onGo(at - 1)}
          />
          <IconButton
            icon={ChevronRight}
            label={t("record.next")}
            disabled={at === lines.length - 1}
            onClick={() => onGo(at + 1)}
          />
        </span>
      }
      footer={
        <div className={css.acts}>
          <Button danger icon={<Trash2 size={15} />} onClick={remove}>
            {t("record.removeLine")}
          </Button>
          <Button type="primary" onClick={() => onGo(null)}>
            {t("record.lineDone")}
          </Button>
        </div>
      }
    >
      <div key={at}>
        {columns.map((column, place) => (
          <FieldInput
            key={column.key}
            id={`${object.key}-${at}-${column.key}`}
            field={column}
            value={figures[at]![place]}
            required={column.required}
            readOnly={!column.writable}
            error={errorAt?.(at, column.key)}
            onChange={(key, value) => edits.put(at, key, value)}
          />
        ))}
      </div>
    </Drawer>
  );
}
