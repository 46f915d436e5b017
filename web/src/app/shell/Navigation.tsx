/** Pinned views, then apps and their objects; the views of the object that is open below it. */
import { House } from "lucide-react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";

import { menuOf, useMeta, type MenuApp, type MenuObject } from "@/api/catalogue";
import { useSettings } from "@/api/settings";
import type { ViewMeta } from "@/api/types";
import { useLabel, usePlural } from "@/i18n/useLabel";
import { ObjectIcon } from "@/ui/icons";
import { Bar } from "@/ui/Skeleton";

import { pinned, usePins } from "./pins";
import css from "./Shell.module.css";
import { ViewLink } from "./ViewLink";

export function Navigation({ onGo }: { onGo?: () => void }) {
  const { t } = useTranslation();
  const { data } = useMeta();
  const { isPending } = useSettings();
  const { pins } = usePins();
  const label = useLabel();
  const current = useCurrentView(menuOf(data));
  // Pins stand above the rest: what comes later would push it down.
  if (!data || isPending) return <WaitingNavigation />;
  const apps = menuOf(data);
  const tops = pinned(data, pins);
  return (
    <nav className={css.nav} aria-label={t("shell.navigation")}>
      <NavLink to="/" end className={css.item} onClick={onGo}>
        <House size={16} strokeWidth={1.75} aria-hidden />
        <span className="ell">{t("shell.home")}</span>
      </NavLink>
      {tops.length > 0 && (
        <section>
          <span className={css.app}>{t("shell.pinned")}</span>
          <ul>
            {tops.map((view) => (
              <ViewLink key={view.key} view={view} current={view === current} onGo={onGo} />
            ))}
          </ul>
        </section>
      )}
      {apps.map((app) => (
        <section key={app.key}>
          <span className={css.app}>{label(app.label)}</span>
          <ul>
            {app.objects.map((entry) => (
              <Entry key={entry.object.key} entry={entry} current={current} onGo={onGo} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

interface EntryProps {
  entry: MenuObject;
  current: ViewMeta | undefined;
  onGo?: () => void;
}

function Entry({ entry: { object, views }, current, onGo }: EntryProps) {
  const label = usePlural();
  const open = useLocation().pathname.split("/")[2] === object.key;
  return (
    <li>
      <NavLink to={`/o/${object.key}`} className={css.item} onClick={onGo}>
        <ObjectIcon name={object.icon} />
        <span className="ell">{label(object.label)}</span>
      </NavLink>
      {open && views.length > 1 && (
        <ul className={css.views}>
          {views.map((view) => (
            <ViewLink key={view.key} view={view} current={view === current} onGo={onGo} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** The view the address shows: the named one, or the object's first. */
function useCurrentView(apps: MenuApp[]): ViewMeta | undefined {
  const { pathname, search } = useLocation();
  const [, room, key, record] = pathname.split("/");
  if (room !== "o" || record) return undefined;
  const wanted = new URLSearchParams(search).get("view");
  const views = apps.flatMap((app) => app.objects).find(({ object }) => object.key === key)?.views;
  return wanted ? views?.find((view) => view.key === wanted) : views?.[0];
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
