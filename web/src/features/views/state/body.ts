/** A look as the body of a saved view. */
import type { ObjectMeta } from "@/api/types";
import type { View, ViewBody } from "@/api/views";

import type { Look } from "./look";
import { settingsFor } from "./settings";

const SETTINGS = ["board", "calendar", "gallery", "tree", "region"] as const;

/** `into`: the view it replaces, which keeps its name and its readers. */
export function bodyOf(object: ObjectMeta, look: Look, into?: View | null): Partial<ViewBody> {
  const kept = look.view;
  const named = into ?? kept;
  const body: Partial<ViewBody> = {
    object: object.key,
    type: look.type,
    label: named?.label,
    columns: look.settings.map((each) => ({
      ...each,
      width: each.width && Math.round(each.width),
    })),
    sort: look.sort,
    group_by: look.group,
    measures: kept?.measures ?? [],
    position: into?.position ?? 100,
  };
  const rest = {
    filter: look.filter || null,
    icon: into?.icon,
    colour_by: kept?.colour_by,
    ...settingsOf(object, look),
    ...(into && !into.own && { visible_to: into.visible_to, default_for: into.default_for }),
  };
  const said = Object.entries(rest).filter(([, value]) => value != null);
  return { ...body, ...Object.fromEntries(said) };
}

/** Those of the view, and those that the type it is shown as needs. */
function settingsOf(object: ObjectMeta, look: Look): Partial<ViewBody> {
  const made = SETTINGS.map((name) => {
    const needed = look.type === name ? settingsFor(name, object, look) : null;
    return [name, look.view?.[name] ?? needed];
  });
  return Object.fromEntries(made) as Partial<ViewBody>;
}
