/** Lines being typed: one adds some at the end. */
import { Button } from "antd";
import { Plus } from "lucide-react";
import { memo } from "react";
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
  /** What is wrong at `<field>.<line>.<key>`. */
  at: (path: string) => string | undefined;
  onChange: (key: string, lines: Values[]) => void;
}

const NONE: Values[] = [];

/** Not drawn anew while another field of the form is typed in. */
export const LinesEditor = memo(function LinesEditor(props: Props) {
  const { field, show, value, error, at, onChange } = props;
  const { t } = useTranslation();
  const lines = value ?? NONE;
  const errorAt = (line: number, key: string) => at(`${field.key}.${line}.${key}`);
  const shared = { field, show, lines, errorAt };
  const change = (next: Values[]) => onChange(field.key, next);
  return (
    <>
      <Lines {...shared} onChange={field.writable ? change : undefined} />
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
          onClick={() => change([...lines, { key: uuid7() }])}
        >
          {t("record.addLine")}
        </Button>
      )}
    </>
  );
});
