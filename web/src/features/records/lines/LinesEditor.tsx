/** Lines being typed: one adds some at the end. */
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, Values } from "@/api/types";
import { uuid7 } from "@/lib/uuid";

import { Lines } from "./Lines";
import css from "./Lines.module.css";

interface Props {
  field: FieldMeta;
  show: string[];
  value: Values[] | undefined;
  error?: string;
  errorAt: (line: number, key: string) => string | undefined;
  onChange: (lines: Values[]) => void;
}

export function LinesEditor({ field, show, value, error, errorAt, onChange }: Props) {
  const { t } = useTranslation();
  const lines = value ?? [];
  const shared = { field, show, lines, errorAt };
  return (
    <>
      <Lines {...shared} onChange={field.writable ? onChange : undefined} />
      {error && (
        <span role="alert" className={css.error}>
          {error}
        </span>
      )}
      {field.writable && (
        <Button
          type="text"
          size="small"
          className={css.add}
          icon={<Plus size={14} />}
          // `key` names a line until the server does.
          onClick={() => onChange([...lines, { key: uuid7() }])}
        >
          {t("record.addLine")}
        </Button>
      )}
    </>
  );
}
