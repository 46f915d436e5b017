/** What is imported into: an object of the catalogue, or the members. */
import { useTranslation } from "react-i18next";

import { fieldAt, useMeta } from "@/api/catalogue";
import { useSession } from "@/api/session";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";

export const MEMBER = "member";

export interface Target {
  key: string;
  name: string;
  /** Null for members. */
  object: ObjectMeta | null;
  /** A field by the path a mapping names it by: `name`, `lines.product`. */
  field: (path: string) => FieldMeta | undefined;
}

/** Undefined while loading; null where the member may not import. */
export function useTarget(key: string): Target | null | undefined {
  const { t } = useTranslation();
  const label = usePlural();
  const { data: meta } = useMeta();
  const { data: session } = useSession();
  if (!meta || !session) return undefined;
  if (key === MEMBER) {
    if (!session.rights.includes("members.manage")) return null;
    return { key, name: t("transfer.members"), object: null, field: () => undefined };
  }
  const object = meta.objects.find((each) => each.key === key);
  if (!object) return null;
  const field = (path: string) => fieldAt(meta, object, path);
  return { key, name: within(label(object.label)), object, field };
}

/** Everything the member may import into. */
export function useTargets(): Omit<Target, "field">[] {
  const { t } = useTranslation();
  const label = usePlural();
  const { data: meta } = useMeta();
  const { data: session } = useSession();
  const rights = session?.rights ?? [];
  if (!rights.includes("data.import")) return [];
  const objects = (meta?.objects ?? []).filter(
    (each) => each.verbs.includes("import") && !each.lines_of,
  );
  const found = objects.map((object) => ({
    key: object.key,
    name: within(label(object.label)),
    object,
  }));
  if (!rights.includes("members.manage")) return found;
  return [...found, { key: MEMBER, name: t("transfer.members"), object: null }];
}
