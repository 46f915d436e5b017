/** One app: what it is, which version, what it brings, and what may be done with it. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { AppItem } from "@/api/apps";
import { menuOf, useMeta } from "@/api/catalogue";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { ObjectIcon } from "@/ui/icons";

import css from "./Apps.module.css";
import { DemoPart } from "./DemoPart";
import { kindsIn } from "./kinds";

interface Props {
  app: AppItem;
  /** All there are: those it needs have names. */
  apps: AppItem[];
  onAsk: (verb: "install" | "uninstall") => void;
}

export function AppRow({ app, apps, onAsk }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const name = label(app.label);
  const newer = app.installed && app.version && app.version !== app.installed;
  return (
    <li className={css.app} aria-label={name}>
      <ObjectIcon name={app.icon} size={20} />
      <div className={css.about}>
        <h3>
          {name}
          <small>{t("apps.version", { version: app.installed ?? app.version })}</small>
          {newer && (
            <small className={css.newer}>{t("apps.upgradable", { version: app.version })}</small>
          )}
        </h3>
        {app.description && <p>{label(app.description)}</p>}
        <Contents app={app} />
        {app.purge && <p role="status">{t("apps.purging", { ...app.purge })}</p>}
        {app.installed && app.demo && <DemoPart app={app} />}
      </div>
      <Buttons app={app} apps={apps} newer={Boolean(newer)} onAsk={onAsk} />
    </li>
  );
}

function Contents({ app }: { app: AppItem }) {
  const { t } = useTranslation();
  const kinds = kindsIn(Object.keys(app.contents));
  if (kinds.length === 0) return null;
  return (
    <p className={css.contents}>
      {kinds.map((kind) => (
        <span key={kind}>
          {t("apps.counted", { count: app.contents[kind], kind: t(`apps.kinds.${kind}`) })}
        </span>
      ))}
    </p>
  );
}

function Buttons({ app, apps, newer, onAsk }: Props & { newer: boolean }) {
  const { t } = useTranslation();
  const label = useLabel();
  const language = useLanguage();
  const first = useFirstList(app.key);
  const missing = app.requires.filter((key) => !apps.find((each) => each.key === key)?.installed);
  if (app.installed) {
    return (
      <div className={css.buttons}>
        {newer && (
          <Button type="primary" onClick={() => onAsk("install")}>
            {t("apps.upgrade")}
          </Button>
        )}
        {first && (
          <Link to={first}>
            <Button tabIndex={-1}>{t("apps.open")}</Button>
          </Link>
        )}
        <Button onClick={() => onAsk("uninstall")}>{t("apps.uninstall")}</Button>
      </div>
    );
  }
  if (missing.length > 0) {
    const names = missing.map((key) => {
      const needed = apps.find((each) => each.key === key);
      return needed ? label(needed.label) : key;
    });
    return <p className={css.needs}>{t("apps.needs", { apps: joined(names, language) })}</p>;
  }
  return (
    <div className={css.buttons}>
      <Button type="primary" disabled={app.purge != null} onClick={() => onAsk("install")}>
        {t("apps.install")}
      </Button>
    </div>
  );
}

/** Where an app begins: the first list of its menu that the member reads. */
function useFirstList(app: string): string | undefined {
  const { data: meta } = useMeta();
  const first = menuOf(meta).find(({ key }) => key === app)?.objects[0];
  return first && `/o/${first.object.key}`;
}
