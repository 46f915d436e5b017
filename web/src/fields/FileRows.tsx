/** The files of an editor: those kept, those on their way, those refused with the reason. */
import { File, RotateCw, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { fileAddress } from "@/api/files";
import type { StoredFile } from "@/api/types";
import { bytes } from "@/lib/format/numbers";
import { IconButton } from "@/ui/IconButton";
import { kindOf } from "@/ui/preview/kinds";
import { openPreview } from "@/ui/preview/store";

import { FileIcon } from "./FileIcon";
import css from "./FileRows.module.css";
import type { Underway } from "./uploads";

interface Props {
  files: StoredFile[];
  underway: Underway[];
  onRemove: (id: string) => void;
  onDrop: (key: string) => void;
}

export function FileRows({ files, underway, onRemove, onDrop }: Props) {
  const { t } = useTranslation();
  if (!files.length && !underway.length) return null;
  return (
    <ul className={css.rows}>
      {files.map((file, at) => (
        <li key={file.id} className={css.row}>
          <Picture file={file} />
          <button
            type="button"
            className={`${css.open} ell`}
            title={file.name}
            onClick={() => openPreview(files, at)}
          >
            {file.name}
          </button>
          {kindOf(file) === "sound" ? (
            <audio
              className={css.audio}
              controls
              preload="metadata"
              src={fileAddress(file.id)}
              aria-label={file.name}
            />
          ) : (
            <span className={css.size}>{bytes(file.size)}</span>
          )}
          <IconButton
            icon={X}
            label={t("fields.removeFile", { name: file.name })}
            onClick={() => onRemove(file.id)}
          />
        </li>
      ))}
      {underway.map(({ key, name, share, failed, retry }) => (
        <li key={key} className={css.row}>
          <File size={16} aria-hidden />
          <span className={css.told}>
            <span className="ell">{name}</span>
            {failed ? (
              <span role="alert" className={css.failed}>
                {failed}
              </span>
            ) : (
              <progress className={css.bar} value={share} aria-label={name} />
            )}
          </span>
          {retry && failed && <IconButton icon={RotateCw} label={t("ui.retry")} onClick={retry} />}
          <IconButton
            icon={X}
            label={t("fields.removeFile", { name })}
            onClick={() => onDrop(key)}
          />
        </li>
      ))}
    </ul>
  );
}

function Picture({ file }: { file: StoredFile }) {
  if (kindOf(file) !== "image") return <FileIcon file={file} />;
  return <img className={css.thumb} src={fileAddress(file.id)} alt="" loading="lazy" />;
}
