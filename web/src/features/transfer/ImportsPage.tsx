/** All imports of the member, and into what another can be begun. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ObjectIcon } from "@/ui/icons";

import { Earlier } from "./Earlier";
import { MEMBER, useTargets } from "./target";
import css from "./Transfer.module.css";

export default function ImportsPage() {
  const { t } = useTranslation();
  const targets = useTargets();
  return (
    <section className={css.page} aria-label={t("transfer.mine")}>
      <header className={css.head}>
        <h1>{t("transfer.mine")}</h1>
      </header>
      <div className={css.body}>
        {targets.length > 0 && (
          <nav className={css.targets} aria-label={t("transfer.begin")}>
            {targets.map(({ key, name, object }) => (
              <Link key={key} to={`/import/${key}`}>
                <ObjectIcon name={key === MEMBER ? "users" : (object?.icon ?? null)} />
                {t("transfer.into", { name })}
              </Link>
            ))}
          </nav>
        )}
        <Earlier />
      </div>
    </section>
  );
}
