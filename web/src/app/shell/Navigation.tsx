/** Apps and their objects, as links; saved views hang below their object. */
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { navigable, useMeta } from "@/api/catalogue";
import type { ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";
import { Bar } from "@/ui/Skeleton";

import { SavedViewsSlot } from "../slots";
import css from "./Shell.module.css";

export function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const { data } = useMeta();
  const label = useLabel();
  if (!data) return <WaitingNavigation />;
  const apps = grouped(navigable(data));
  return (
    <nav className={css.nav} aria-label={t("shell.navigation")}>
      {[...apps].map(([app, objects]) => (
        <section key={app}>
          {apps.size > 1 && <span className={css.app}>{t(`apps.${app}`, app)}</span>}
          <ul>
            {objects.map((object) => (
              <li key={object.key}>
                <NavLink to={`/o/${object.key}`} className={css.item} onClick={onGo}>
                  <ObjectIcon name={object.icon} />
                  <span className="ell">{label(object.label)}</span>
                </NavLink>
                <SavedViewsSlot object={object} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function grouped(objects: ObjectMeta[]): Map<string, ObjectMeta[]> {
  const apps = new Map<string, ObjectMeta[]>();
  for (const object of objects) {
    const app = object.app ?? "own";
    apps.set(app, [...(apps.get(app) ?? []), object]);
  }
  return apps;
}

function WaitingNavigation() {
  return (
    <div className={css.nav} aria-busy="true">
      {[64, 80, 56, 72, 60, 76].map((width) => (
        <div key={width} className={css.item}>
          <Bar width={16} height={16} />
          <Bar width={width} />
        </div>
      ))}
    </div>
  );
}
