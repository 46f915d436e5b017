/** Files on their way: each tells its progress, a refused one says why and can be tried again. */
import type { TFunction } from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { upload } from "@/api/files";
import type { FieldMeta, StoredFile } from "@/api/types";
import { useFailureText } from "@/ui/Failure";
import { uuid7 } from "@/lib/uuid";

const MEGABYTE = 1024 * 1024;

export interface Underway {
  key: string;
  name: string;
  share: number;
  failed?: string;
  retry?: () => void;
}

interface Given {
  blob: Blob;
  name: string;
}

export function useUploads(
  field: Partial<FieldMeta>,
  value: StoredFile[] | null,
  onChange: (value: StoredFile[] | null) => void,
) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [underway, setUnderway] = useState<Underway[]>([]);
  // Several files end at their own time: each adds itself to what is there by then.
  const kept = useRef<StoredFile[]>(value ?? []);
  const order = useRef<string[]>([]);
  // Taken away while on their way: what arrives all the same is not put in.
  const unwanted = useRef(new Set<string>());
  const most = (field.max_files as number | undefined) ?? Infinity;

  function mark(key: string, change: Partial<Underway>) {
    setUnderway((all) => all.map((each) => (each.key === key ? { ...each, ...change } : each)));
  }
  function drop(key: string) {
    unwanted.current.add(key);
    setUnderway((all) => all.filter((each) => each.key !== key));
  }

  /** As they were chosen; those there before come first. */
  function place({ id }: StoredFile): number {
    return order.current.indexOf(id);
  }

  async function send(key: string, { blob, name }: Given) {
    mark(key, { failed: undefined, share: 0 });
    try {
      const file = await upload(blob, name, { onProgress: (share) => mark(key, { share }) });
      if (unwanted.current.has(key)) return;
      order.current = order.current.map((each) => (each === key ? file.id : each));
      kept.current = [...kept.current, file].sort((a, b) => place(a) - place(b));
      onChange(kept.current);
      drop(key);
    } catch (problem) {
      const retry = () => void send(key, { blob, name });
      mark(key, { failed: failureText(problem), retry });
    }
  }

  function add(files: Given[]) {
    kept.current = value ?? [];
    const room = Math.max(most - kept.current.length - underway.length, 0);
    files.forEach((file, at) => {
      const key = uuid7();
      const failed = at >= room ? t("fields.tooMany", { count: most }) : unfit(field, file, t);
      order.current.push(key);
      setUnderway((all) => [...all, { key, name: file.name, share: 0, failed }]);
      if (!failed) void send(key, file);
    });
  }

  function remove(id: string) {
    kept.current = (value ?? []).filter((each) => each.id !== id);
    onChange(kept.current.length ? kept.current : null);
  }

  return { underway, add, remove, drop, room: most - (value?.length ?? 0) - underway.length };
}

function unfit(field: Partial<FieldMeta>, { blob, name }: Given, t: TFunction): string | undefined {
  const limit = field.max_size as number | null | undefined;
  if (limit && blob.size > limit * MEGABYTE) return t("fields.tooLarge", { size: limit });
  const accept = (field.accept as string[] | undefined) ?? [];
  const fits = accept.some((each) =>
    each.startsWith(".")
      ? name.toLowerCase().endsWith(each.toLowerCase())
      : new RegExp(`^${each.replace(/[.+]/g, "\\$&").replace("*", ".*")}(;|$)`).test(blob.type),
  );
  // What the browser cannot tell, the server decides by the content.
  return !accept.length || fits || !blob.type
    ? undefined
    : t("fields.wrongKind", { kinds: accept.join(", ") });
}
