/** A record elsewhere, as a link to its page; one that may not be read says so. */
import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Reference } from "@/api/types";

import css from "../FieldCell.module.css";
import type { CellProps, Place } from "../protocol";
import { listed } from "../references";

export default function ReferenceCell({ field, value, place }: CellProps<Reference | Reference[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {listed(value).map((each) => (
        <Target key={each.id} target={each} object={field.object} place={place} />
      ))}
    </span>
  );
}

interface TargetProps {
  target: Reference;
  object?: string;
  place: Place;
}

function Target({ target, object, place }: TargetProps) {
  const { t } = useTranslation();
  if (target.hidden) {
    return (
      <span className={`${css.option} ${css.hidden}`}>
        <Lock size={12} aria-hidden />
        {t("fields.hidden")}
      </span>
    );
  }
  const title = target.title || t("fields.untitled");
  if (!object || place === "card") return <span className="ell">{title}</span>;
  return (
    <Link
      className={`${place === "page" ? css.link : css.quiet} ell`}
      to={`/o/${object}/${target.id}`}
      title={title}
    >
      {title}
    </Link>
  );
}
