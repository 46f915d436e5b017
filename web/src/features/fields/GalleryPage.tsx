/** Every field type as people meet it: shown in a list and on a page, edited, asked, set up. */
import { ChevronRight } from "lucide-react";
import { createElement, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { FieldCell } from "@/fields/FieldCell";
import { editorOf, filterOf, settingsOf } from "@/fields/registry";
import { SHOWN, type Shown } from "@/fields/samples";
import { useFetched } from "@/ui/later";
import { PageSkeleton } from "@/ui/Skeleton";

import css from "./Gallery.module.css";

const PARTS = SHOWN.flatMap(({ field }) => [editorOf(field), filterOf(field)]).filter(
  (part) => part != null,
);

export default function GalleryPage() {
  const { t } = useTranslation();
  if (!useFetched(PARTS)) return <PageSkeleton />;
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
function TypeRow({ field: given, value: first }: Shown) {
  const { t } = useTranslation();
  const [field, setField] = useState(given);
  const [value, setValue] = useState(first);
  const [asked, setAsked] = useState<{ operator: string; value: unknown }>();
  const [open, setOpen] = useState(false);
  const editor = editorOf(field);
  const filter = filterOf(field);
  const name = t(`gallery.types.${field.type}`);
  return (
    <section className={css.row} aria-label={name}>
      <h2>
        {name} <code>{field.type}</code>
        <button
          type="button"
          className={css.setUp}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight size={13} className={open ? css.opened : ""} aria-hidden />
          {t("gallery.settings")}
        </button>
      </h2>
      <Part name={t("gallery.cell")}>
        <FieldCell field={field} value={value} place="page" />
      </Part>
      <Part name={t("gallery.editor")} htmlFor={`sample-${field.type}`}>
        {editor
          ? createElement(editor, {
              field,
              value: (value ?? null) as never,
              onChange: setValue,
              id: `sample-${field.type}`,
            })
          : t("gallery.computed")}
      </Part>
      <Part name={t("gallery.filter")}>
        {filter
          ? createElement(filter, {
              field,
              operator: asked?.operator ?? "",
              value: asked?.value ?? null,
              onChange: (operator, next) => setAsked({ operator, value: next }),
            })
          : t("gallery.byFormula")}
      </Part>
      {open && (
        <div className={css.settings}>
          <Suspense fallback={<span className={css.waiting} />}>
            {createElement(settingsOf(field.type), {
              field,
              onChange: (changed) => setField({ ...field, ...changed }),
            })}
          </Suspense>
        </div>
      )}
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
