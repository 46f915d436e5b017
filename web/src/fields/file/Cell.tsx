/** Files by name; each opens, and the others with it. */
import type { StoredFile } from "@/api/types";
import { bytes } from "@/lib/format/numbers";
import { openPreview } from "@/ui/preview/store";

import css from "../FieldCell.module.css";
import { FileIcon } from "../FileIcon";
import type { CellProps } from "../protocol";

export default function FileCell({ value, place }: CellProps<StoredFile[]>) {
  return (
    <span className={`${css.tags} ${place === "page" ? css.wrap : ""}`}>
      {value.map((file, at) => (
        <button
          key={file.id}
          type="button"
          className={css.tag}
          title={`${file.name} · ${bytes(file.size)}`}
          onClick={() => openPreview(value, at)}
        >
          <FileIcon file={file} size={12} />
          <span className="ell">{file.name}</span>
        </button>
      ))}
    </span>
  );
}
