/** A group of fields under a quiet heading, in as many columns as there is room. */
import { useTranslation } from "react-i18next";

import { valueOf } from "@/api/records";
import type { Row } from "@/api/types";

import { FieldLine } from "./FieldLine";
import css from "./Record.module.css";
import type { Section } from "./sections";

export function FieldSection({ section, row }: { section: Section; row: Row }) {
  const { t } = useTranslation();
  return (
    <section className={css.section}>
      <h2>{t(`record.${section.key}`)}</h2>
      <dl className={css.fields}>
        {section.fields.map((field) => (
          <FieldLine key={field.key} field={field} row={row} value={valueOf(row, field)} />
        ))}
      </dl>
    </section>
  );
}
