/** A member, with their initial; several side by side. */
import type { Reference } from "@/api/types";
import { PersonName } from "@/ui/Avatar";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";
import { listed } from "../references";

export default function MemberCell({ value, place }: CellProps<Reference | Reference[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {listed(value).map((person) => (
        <PersonName key={person.id} name={person.title ?? "–"} />
      ))}
    </span>
  );
}
