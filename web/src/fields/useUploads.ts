/** Files on their way: each tells its progress, a refused one says why and can be tried again. */
import type { TFunction } from "i18next";
import { useId, useLayoutEffect } from "react";
import { useTranslation } from "react-i18next";

import { upload } from "@/api/files";
import type { FieldMeta, StoredFile } from "@/api/types";
import { useFailureText } from "@/ui/Failure";
import { uuid7 } from "@/lib/uuid";

import { useLatest, useUploadRows, type Underway, type Uploads } from "./uploads";

const MEGABYTE = 1024 * 1024;
// A row is drawn anew for each of them.
const SHARES = 20;

interface Given {
  blob: Blob;
  name: string;
}

interface Where {
  /** What the editor is called in its form. */
  id?: string;
  /** Those of the form, where the editor stands outside `UploadsHere`. */
  uploads?: Uploads;
}

export function useUploads(
  field: Partial<FieldMeta>,
  value: StoredFile[] | null,
  onChange: (value: StoredFile[] | null) => void,
  { id, uploads }: Where = {},
) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const own = useId();
  const place = id ?? own;
  const [underway, setUnderway, slots] = useUploadRows(place, uploads);
  const rows = useLatest(underway);
  // Several files end at their own time: each adds itself to what is there by then.
  useLayoutEffect(() => {
    const order = slots.get(place)?.order ?? [];
    slots.set(place, { kept: value ?? [], told: onChange, order });
  });
  const most = (field.max_files as number | undefined) ?? Infinity;

  function mark(key: string, change: Partial<Underway>) {
    setUnderway((all) => all.map((each) => (each.key === key ? { ...each, ...change } : each)));
  }
  function drop(key: string) {
    rows.current.find((each) => each.key === key)?.stop?.();
    setUnderway((all) => all.filter((each) => each.key !== key));
  }

  function begin(key: string): AbortController {
    const way = new AbortController();
    mark(key, { stop: () => way.abort() });
    return way;
  }
  function stepping(key: string) {
    let seen = 0;
    return (sent: number) => {
      const share = Math.floor(sent * SHARES) / SHARES;
      if (share !== seen) mark(key, { share });
      seen = share;
    };
  }

  function put(key: string, file: StoredFile) {
    const slot = slots.get(place)!;
    slot.order = slot.order.map((each) => (each === key ? file.id : each));
    // As they were chosen; those there before come first.
    const rank = (each: StoredFile) => slot.order.indexOf(each.id);
    slot.kept = [...slot.kept, file].sort((a, b) => rank(a) - rank(b));
    slot.told(slot.kept);
  }

  async function send(key: string, { blob, name }: Given) {
    mark(key, { failed: undefined, retry: undefined, share: 0 });
    const { signal } = begin(key);
    try {
      const file = await upload(blob, name, { onProgress: stepping(key), signal });
      // Taken away while on its way.
      if (signal.aborted) return;
      put(key, file);
      drop(key);
    } catch (problem) {
      if (signal.aborted) return;
      const retry = () => void send(key, { blob, name });
      mark(key, { failed: failureText(problem), retry });
    }
  }

  function add(files: Given[]) {
    const slot = slots.get(place)!;
    const room = Math.max(most - slot.kept.length - rows.current.length, 0);
    files.forEach((file, at) => {
      const key = uuid7();
      const failed = at >= room ? t("fields.tooMany", { count: most }) : unfit(field, file, t);
      slot.order.push(key);
      setUnderway((all) => [...all, { key, name: file.name, share: 0, failed }]);
      if (!failed) void send(key, file);
    });
  }

  function remove(id: string) {
    const slot = slots.get(place)!;
    slot.kept = slot.kept.filter((each) => each.id !== id);
    onChange(slot.kept.length ? slot.kept : null);
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
