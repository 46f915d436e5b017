/** Files by name, each a link that saves it. */
import { Paperclip } from "lucide-react";

import type { StoredFile } from "@/api/types";
import { bytes } from "@/lib/format/numbers";

import css from "../FieldCell.module.css";
import type { CellProps } from "../protocol";

export default function FileCell({ value, place }: CellProps<StoredFile[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {value.map(({ id, name, size }) => (
        <a
          key={id}
          className={css.tag}
          href={`/api/files/${id}?download=1`}
          title={`${name} · ${bytes(size)}`}
        >
          <Paperclip size={12} aria-hidden />
          <span className="ell">{name}</span>
        </a>
      ))}
    </span>
  );
}
