/** A look as the body of a saved view. */
import type { ObjectMeta } from "@/api/types";
import type { View, ViewBody, ViewSaid } from "@/api/views";

import type { Look } from "./look";
import { settingsFor } from "./settings";

const SETTINGS = ["board", "calendar", "gallery", "tree", "region"] as const;

/** `into`: the view it replaces, which keeps its name and its readers. */
export function bodyOf(object: ObjectMeta, look: Look, into?: View | null): ViewSaid {
  const kept = look.view;
  const named = into ?? kept;
  const body: ViewSaid = {
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
    ...readersOf(into),
  };
  return { ...body, ...given(rest) };
}

/** A view as it was saved, whatever it is changed to on the page. */
export function bodyOfView(view: View): ViewSaid {
  const { object, type, label, icon, position, columns, filter, sort, group_by, measures } = view;
  const { board, calendar, gallery, tree, region, colour_by } = view;
  const said = { object, type, label, icon, position, columns, filter, sort, group_by, measures };
  return given({ ...said, board, calendar, gallery, tree, region, colour_by });
}

function readersOf(view?: View | null): ViewSaid {
  if (!view || view.own) return {};
  const { visible_to, default_for } = view;
  return { visible_to, default_for, teams: view.teams?.map(({ id }) => id) };
}

function given(said: object): ViewSaid {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value != null));
}

/** Those of the view, and those that the type it is shown as needs. */
function settingsOf(object: ObjectMeta, look: Look): Partial<ViewBody> {
  const made = SETTINGS.map((name) => {
    const shown = look.type === name;
    return [name, shown ? settingsFor(name, object, look) : look.view?.[name]];
  });
  return Object.fromEntries(made) as Partial<ViewBody>;
}
