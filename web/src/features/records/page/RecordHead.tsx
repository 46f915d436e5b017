/** What a record is called, what kind it is, whose it is. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { ObjectMeta, Row } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { PersonName } from "@/ui/Avatar";
import { ObjectIcon } from "@/ui/icons";

import css from "./Record.module.css";

export function RecordHead({ object, row }: { object: ObjectMeta; row: Row }) {
  const { t } = useTranslation();
  const label = useLabel();
  return (
    <header className={css.head}>
      <Link to={`/o/${object.key}`} className={css.kind}>
        <ObjectIcon name={object.icon} size={14} />
        {label(object.label)}
      </Link>
      <h1>{row.title || t("fields.untitled")}</h1>
      {row.owner?.title && <PersonName name={row.owner.title} />}
    </header>
  );
}
