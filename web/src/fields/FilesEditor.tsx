/** Files of a field: chosen, dropped, pasted, or made here by what `children` offers. */
import { Button } from "antd";
import { Upload } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { StoredFile } from "@/api/types";

import css from "./Editor.module.css";
import { FileRows } from "./FileRows";
import rows from "./FileRows.module.css";
import type { EditorProps } from "./protocol";
import { useUploads } from "./useUploads";

export type Add = (blob: Blob, name: string) => void;

interface Props extends EditorProps<StoredFile[]> {
  /** Makes files here: a camera, a recorder. */
  making?: (add: Add) => ReactNode;
  /** False where files are only made here. */
  choosing?: boolean;
  /** What the button says. */
  label?: string;
}

export function FilesEditor({ field, value, onChange, id, autoFocus, ...rest }: Props) {
  const { t } = useTranslation();
  const { making, choosing = true, label = t("fields.chooseFiles") } = rest;
  const { underway, add, remove, drop, room } = useUploads(field, value, onChange, { id });
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const accept = ((field.accept as string[] | undefined) ?? []).join(",") || undefined;

  function take(files: Iterable<File> | null | undefined) {
    const given = Array.from(files ?? []).map((file) => ({ blob: file, name: file.name }));
    if (choosing && given.length) add(given);
  }

  return (
    <div
      className={css.stack}
      onPaste={(event) => take(event.clipboardData.files)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(choosing);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <FileRows files={value ?? []} underway={underway} onRemove={remove} onDrop={drop} />
      {room > 0 && (
        <div className={`${rows.drop} ${over ? rows.over : ""}`}>
          {making?.((blob, name) => add([{ blob, name }]))}
          {choosing && (
            <>
              <Button
                id={making ? undefined : id}
                aria-label={label}
                autoFocus={autoFocus}
                icon={<Upload size={14} aria-hidden />}
                onClick={() => input.current?.click()}
              >
                {label}
              </Button>
              <span className="ell">{t("fields.dropHint")}</span>
              <input
                ref={input}
                type="file"
                hidden
                multiple={room > 1}
                accept={accept}
                onChange={(event) => {
                  take(event.target.files);
                  event.target.value = "";
                }}
              />
            </>
          )}
        </div>
      )}
    </div>
  );
}
