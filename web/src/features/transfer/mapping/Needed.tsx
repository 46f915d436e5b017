/** What must be answered first: required fields that nothing fills. */
import { Select } from "antd";
import { CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ImportDocument, Question } from "@/api/imports";
import { FieldEditor } from "@/fields/FieldEditor";
import { editorOf } from "@/fields/registry";

import type { Target } from "../target";
import { written } from "./constants";
import css from "./Map.module.css";
import type { Draft } from "./useDraft";

interface Props {
  made: ImportDocument;
  draft: Draft;
  target: Target;
}

export function Needed({ made, draft, target }: Props) {
  const { t } = useTranslation();
  const filled = new Set(
    Object.values(draft.mapping.columns)
      .flat()
      .map((rule) => rule.field),
  );
  const asked = made.questions.filter(
    (each) => each.code === "import.needed" && each.field && !filled.has(each.field),
  );
  if (asked.length === 0) return null;
  return (
    <section className={css.needed} role="alert">
      <p>
        <CircleAlert size={15} aria-hidden />
        {t("transfer.needed", { count: asked.length })}
      </p>
      <ul>
        {asked.map((each) => (
          <One key={each.field} question={each} draft={draft} made={made} target={target} />
        ))}
      </ul>
    </section>
  );
}

function One({ question, made, draft, target }: Props & { question: Question }) {
  const { t } = useTranslation();
  const path = question.field!;
  const name = made.fields.find(({ key }) => key === path)?.label ?? path;
  const field = target.field(path);
  const offered = new Set(question.columns ?? []);
  const others = made.columns.map(({ column }) => column).filter((each) => !offered.has(each));
  const option = (column: string) => ({ value: column, label: column });
  const constants = draft.mapping.constants ?? {};
  return (
    <li>
      <strong>{name}</strong>
      <Select
        size="small"
        aria-label={t("transfer.columnFor", { name })}
        placeholder={t("transfer.chooseColumn")}
        popupMatchSelectWidth={false}
        showSearch
        options={[
          { label: t("transfer.likely"), options: [...offered].map(option) },
          { label: t("transfer.otherColumns"), options: others.map(option) },
        ].filter((group) => group.options.length)}
        onChange={(column: string) =>
          draft.setRules(column, [...(draft.mapping.columns[column] ?? []), { field: path }])
        }
      />
      {field && editorOf({ ...field, writable: true }) && !path.includes(".") && (
        <span className={css.same}>
          <label htmlFor={`same-${path}`}>{t("transfer.orSame")}</label>
          <FieldEditor
            id={`same-${path}`}
            field={field}
            value={constants[path] ?? null}
            onChange={(value) =>
              draft.change({ constants: { ...constants, [path]: written(value) } })
            }
          />
        </span>
      )}
    </li>
  );
}
