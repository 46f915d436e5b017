/** The sections of a tab as they are read, each field edited in its place. */
import { useTranslation } from "react-i18next";

import { fieldAt, useMeta } from "@/api/catalogue";
import type { FormField, FormSection } from "@/api/form";
import type { ObjectMeta, Row, Values } from "@/api/types";

import { valuesOf } from "@/fields/scope";

import type { useConditions, State } from "../form/conditions";
import { Sections } from "../form/Sections";
import { Lines } from "../lines/Lines";
import { RelatedList } from "../lines/RelatedList";
import { FieldLine } from "./FieldLine";
import { FieldTools } from "./FieldTools";
import css from "./Record.module.css";

interface Props {
  object: ObjectMeta;
  row: Row;
  sections: FormSection[];
  state: ReturnType<typeof useConditions>;
  readOnly: boolean;
}

export function Reading({ object, row, sections, state, readOnly }: Props) {
  const { t } = useTranslation();
  const { data: meta } = useMeta();
  const fieldFor = (path: string) => meta && fieldAt(meta, object, path);

  function drawField(item: FormField, found: State) {
    const field = fieldFor(item.field);
    if (!field) return null;
    const value = valuesOf(row)[item.field] ?? row.values[item.field];
    return (
      <FieldLine
        object={object}
        field={field}
        row={row}
        value={value}
        readOnly={readOnly || found.readOnly}
        tools={<FieldTools object={object} field={field} row={row} />}
      />
    );
  }

  function drawList(section: FormSection) {
    if (section.related) return <RelatedList section={section} row={row} />;
    const field = fieldFor(section.lines!);
    const lines = field && (row.values[field.key] as Values[] | undefined);
    if (!field || !lines) return null;
    if (lines.length === 0) return <p className={css.quiet}>{t("record.noLines")}</p>;
    return <Lines field={field} show={section.show ?? []} lines={lines} />;
  }

  return <Sections sections={sections} state={state} drawField={drawField} drawList={drawList} />;
}
