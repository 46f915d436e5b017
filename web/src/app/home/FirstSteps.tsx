/** For who finds nothing yet: what to do first, by what they may do. */
import { ChevronRight, FileSpreadsheet, LayoutGrid, Plus, ShieldCheck, Users } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { navigable } from "@/api/catalogue";
import { useSession } from "@/api/session";
import type { Meta } from "@/api/types";
import { useLabel, usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";
import { useNarrow } from "@/ui/useMedia";

import css from "./Home.module.css";

interface Step {
  key: string;
  icon: LucideIcon;
  to: string;
  /** What it is called with. */
  name?: string;
}

export function FirstSteps({ meta }: { meta: Meta }) {
  const { t } = useTranslation();
  const steps = useSteps(meta);
  const { data: session } = useSession();
  const narrow = useNarrow();
  const waits = meta.objects.length === 0 && !session?.rights.includes("bundles.install");
  return (
    <section className={css.card} aria-label={t("shell.first.title")}>
      <h2>{t("shell.first.title")}</h2>
      {waits && <p className={css.none}>{t("shell.first.noApp")}</p>}
      <ul>
        {steps.map(({ key, icon: Icon, to, name }) => (
          <li key={key}>
            <Link to={to} className={`${css.row} ${css.step}`}>
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              <span>
                <strong>{t(`shell.first.${key}`, { name })}</strong>
                <small>
                  {t(`shell.first.${key}Told`, { context: narrow ? "phone" : undefined })}
                </small>
              </span>
              <ChevronRight size={14} aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The first of the menu is what the others hang from: it comes in first. */
function useSteps(meta: Meta): Step[] {
  const { data: session } = useSession();
  const label = useLabel();
  const plural = usePlural();
  const objects = navigable(meta);
  const brought = objects.find(({ verbs }) => verbs.includes("import"));
  const made = objects.find(({ verbs }) => verbs.includes("create"));
  const has = (right: string) => session?.rights.includes(right);
  const steps: (Step | false | undefined)[] = [
    meta.objects.length === 0 &&
      has("bundles.install") && { key: "install", icon: LayoutGrid, to: "/apps" },
    brought && {
      key: "bring",
      icon: FileSpreadsheet,
      to: `/import/${brought.key}`,
      name: within(plural(brought.label)),
    },
    made && { key: "make", icon: Plus, to: `/?new=${made.key}`, name: within(label(made.label)) },
    has("members.manage") && { key: "people", icon: Users, to: "/members" },
    { key: "secure", icon: ShieldCheck, to: "/me" },
  ];
  return steps.filter((step): step is Step => Boolean(step));
}
