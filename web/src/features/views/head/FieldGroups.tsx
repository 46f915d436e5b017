/** Fields to choose from: the object's own, those one step away folded until they are asked for. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { SearchInput } from "@/ui/SearchInput";

import type { Reach } from "../state/paths";
import css from "./FieldGroups.module.css";

interface Props {
  groups: Reach[];
  /** A group that holds one of these is open from the beginning. */
  used: Set<string>;
  draw: (field: FieldMeta) => ReactNode;
}

export function FieldGroups({ groups, used, draw }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const meets = (field: FieldMeta) => label(field.label).toLowerCase().includes(wanted);
  const found = groups
    .map((group, at) => ({ ...group, own: at === 0, fields: group.fields.filter(meets) }))
    .filter(({ fields }) => fields.length > 0);
  return (
    <>
      <SearchInput
        className={css.find}
        value={text}
        label={t("list.findField")}
        onChange={(event) => setText(event.target.value)}
      />
      {found.map(({ label: name, own, fields }) =>
        own ? (
          <div key="" className={css.fields}>
            {fields.map(draw)}
          </div>
        ) : (
          <Further
            key={name}
            name={name}
            open={wanted !== "" || fields.some(({ key }) => used.has(key))}
          >
            {fields.map(draw)}
          </Further>
        ),
      )}
      {found.length === 0 && <p className={css.none}>{t("fields.nothingFound")}</p>}
    </>
  );
}

function Further({ name, open, children }: { name: string; open: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<boolean>();
  const shown = chosen ?? open;
  const Arrow = shown ? ChevronDown : ChevronRight;
  return (
    <section>
      <button
        type="button"
        className={css.heading}
        aria-expanded={shown}
        onClick={() => setChosen(!shown)}
      >
        <Arrow size={14} aria-hidden />
        {t("list.fieldsOf", { name })}
      </button>
      {shown && <div className={css.fields}>{children}</div>}
    </section>
  );
}
