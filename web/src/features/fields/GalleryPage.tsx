/** Every field type as people meet it: shown in a list and on a page, edited, asked in a filter. */
import { createElement, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { FieldCell } from "@/fields/FieldCell";
import { editorOf, filterOf } from "@/fields/registry";

import css from "./Gallery.module.css";
import { SHOWN, type Shown } from "@/fields/samples";

export default function GalleryPage() {
  const { t } = useTranslation();
  return (
    <div className={css.page}>
      <h1>{t("gallery.title")}</h1>
      <p className={css.about}>{t("gallery.about")}</p>
      {SHOWN.map((shown) => (
        <TypeRow key={shown.field.type} {...shown} />
      ))}
    </div>
  );
}

/** Nothing here is written: what is changed lasts until the page is left. */
function TypeRow({ field, value: given }: Shown) {
  const { t } = useTranslation();
  const [value, setValue] = useState(given);
  const [asked, setAsked] = useState<{ operator: string; value: unknown }>();
  const editor = editorOf(field);
  const filter = filterOf(field);
  const name = t(`gallery.types.${field.type}`);
  return (
    <section className={css.row} aria-label={name}>
      <h2>
        {name} <code>{field.type}</code>
      </h2>
      <Part name={t("gallery.cell")}>
        <FieldCell field={field} value={value} place="page" />
      </Part>
      <Part name={t("gallery.editor")} htmlFor={`sample-${field.type}`}>
        {editor &&
          createElement(editor, {
            field,
            value: (value ?? null) as never,
            onChange: setValue,
            id: `sample-${field.type}`,
          })}
      </Part>
      <Part name={t("gallery.filter")}>
        {filter &&
          createElement(filter, {
            field,
            operator: asked?.operator ?? "",
            value: asked?.value ?? null,
            onChange: (operator, next) => setAsked({ operator, value: next }),
          })}
      </Part>
    </section>
  );
}

interface PartProps {
  name: string;
  htmlFor?: string;
  children: ReactNode;
}

function Part({ name, htmlFor, children }: PartProps) {
  return (
    <div className={css.part}>
      <label className={css.name} htmlFor={htmlFor}>
        {name}
      </label>
      <Suspense fallback={<span className={css.waiting} />}>{children}</Suspense>
    </div>
  );
}
