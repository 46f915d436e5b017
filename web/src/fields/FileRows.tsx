/** The files of an editor: those kept, those on their way, those refused with the reason. */
import { File, FileAudio, FileText, RotateCw, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { fileAddress } from "@/api/files";
import type { StoredFile } from "@/api/types";
import { bytes } from "@/lib/format/numbers";
import { IconButton } from "@/ui/IconButton";

import css from "./FileRows.module.css";
import type { Underway } from "./useUploads";

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
      {files.map(({ id, name, type, size }) => (
        <li key={id} className={css.row}>
          <Picture id={id} type={type} />
          <a href={fileAddress(id)} target="_blank" rel="noreferrer" className="ell" title={name}>
            {name}
          </a>
          {type.startsWith("audio/") || type === "video/webm" ? (
            <audio className={css.audio} controls preload="none" src={fileAddress(id)} />
          ) : (
            <span className={css.size}>{bytes(size)}</span>
          )}
          <IconButton
            icon={X}
            label={t("fields.removeFile", { name })}
            onClick={() => onRemove(id)}
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

function Picture({ id, type }: { id: string; type: string }) {
  if (type.startsWith("image/")) {
    return <img className={css.thumb} src={fileAddress(id)} alt="" loading="lazy" />;
  }
  const Icon = type.startsWith("audio/") ? FileAudio : FileText;
  return <Icon size={16} aria-hidden />;
}
