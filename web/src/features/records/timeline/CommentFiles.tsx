/** The files of a comment: pictures small, the rest by name; each opens. */
import type { StoredFile } from "@/api/types";
import { FileIcon } from "@/fields/FileIcon";
import { bytes } from "@/lib/format/numbers";
import { fileAddress } from "@/api/files";
import { kindOf } from "@/ui/preview/kinds";
import { openPreview } from "@/ui/preview/store";

import css from "./Timeline.module.css";

export function CommentFiles({ files }: { files: StoredFile[] }) {
  return (
    <ul className={css.files}>
      {files.map((file, at) => (
        <li key={file.id}>
          <button type="button" title={file.name} onClick={() => openPreview(files, at)}>
            {kindOf(file) === "image" ? (
              <img src={fileAddress(file.id)} alt={file.name} loading="lazy" />
            ) : (
              <>
                <FileIcon file={file} size={14} />
                <span className="ell">{file.name}</span>
                <span className={css.did}>{bytes(file.size)}</span>
              </>
            )}
          </button>
        </li>
      ))}
    </ul>
  );
}
