/** The sections of a tab, whatever stands in them: fields in columns, lines, related records. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState, type CSSProperties, type ReactNode, type Ref } from "react";
import { useTranslation } from "react-i18next";

import type { FormField, FormSection } from "@/api/form";
import { useLabel } from "@/i18n/useLabel";

import type { State } from "./conditions";
import css from "./Form.module.css";

// Beside each other there is no room for names beside values.
const NAMES_BESIDE = 2;

interface Props {
  sections: FormSection[];
  state: (part: FormField | FormSection) => State;
  drawField: (item: FormField, state: State) => ReactNode;
  /** Of lines and related lists; null leaves the section out. */
  drawList: (section: FormSection) => ReactNode;
  /** Comes into sight when it is first drawn. */
  start?: FormSection;
}

export function Sections({ sections, state, drawField, drawList, start }: Props) {
  // In one place or the other: never beside in one section and above in the next.
  const above = sections.some(({ columns }) => (columns ?? 1) > NAMES_BESIDE);
  return sections.map((section, index) => {
    if (!state(section).visible) return null;
    const drawn = section.fields ? (
      <Fields {...{ section, above, state, drawField }} />
    ) : (
      drawList(section)
    );
    const place = section === start ? intoSight : undefined;
    return drawn && <Folding key={index} section={section} body={drawn} place={place} />;
  });
}

interface FieldsProps extends Pick<Props, "state" | "drawField"> {
  section: FormSection;
  above: boolean;
}

function Fields({ section, above, state, drawField }: FieldsProps) {
  const columns = section.columns ?? 1;
  const style = { "--columns": columns } as CSSProperties;
  const shown = (section.fields ?? [])
    .map((item) => [item, state(item)] as const)
    .filter(([, { visible }]) => visible);
  return (
    <div className={`${css.grid} ${above ? css.above : ""}`} style={style}>
      {shown.map(([item, found]) => {
        const span = { "--span": Math.min(item.span, columns) } as CSSProperties;
        return (
          <div key={item.field} className={css.cell} style={span}>
            {drawField(item, found)}
          </div>
        );
      })}
    </div>
  );
}

/** Scrolls the record alone: `scrollIntoView` would move the frame around it as well. */
function intoSight(drawn: HTMLElement | null) {
  const page = drawn?.closest("article");
  if (!drawn || !page) return;
  page.scrollTop += drawn.getBoundingClientRect().top - page.getBoundingClientRect().top;
}

interface FoldingProps {
  section: FormSection;
  body: ReactNode;
  place?: Ref<HTMLElement>;
}

function Folding({ section, body, place }: FoldingProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(!section.folded);
  const id = useId();
  const label = useLabel();
  const name = label(section.label);
  const Arrow = open ? ChevronDown : ChevronRight;
  return (
    <section ref={place} className={css.section} aria-label={name || t("record.details")}>
      {name && (
        <h2>
          <button
            type="button"
            className={css.heading}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <Arrow size={14} aria-hidden />
            {name}
          </button>
        </h2>
      )}
      <div id={id} hidden={!open}>
        {open && body}
      </div>
    </section>
  );
}
