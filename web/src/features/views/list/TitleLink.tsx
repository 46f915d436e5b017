/** A record's title as the link to its page. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Row } from "@/api/types";

import css from "./List.module.css";

export function TitleLink({ row }: { row: Row }) {
  const { t } = useTranslation();
  const title = row.title || t("fields.untitled");
  return (
    <Link to={`/o/${row.object}/${row.id}`} className={`${css.title} ell`} title={title}>
      {title}
    </Link>
  );
}
