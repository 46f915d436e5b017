/** What an install or upgrade would do: what is new by its kind and name, what changes line by line. */
import { useTranslation } from "react-i18next";

import type { Plan, PlanStep } from "@/api/apps";
import { useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";

import css from "./Apps.module.css";
import { kindsIn, type AppKind } from "./kinds";

/** Of many things of a kind the first are named. */
const NAMED = 12;
const LINES = 40;
/** Hundreds of them, and each says little: only counted. */
const COUNTED = ["field", "form"];

export function PlanList({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const made = plan.steps.filter(({ action }) => action === "create");
  const changed = (["change", "remove", "keep"] as const)
    .map((action) => [action, plan.steps.filter((step) => step.action === action)] as const)
    .filter(([, steps]) => steps.length > 0);
  if (made.length === 0 && changed.length === 0) return <p>{t("apps.nothingToDo")}</p>;
  return (
    <div className={css.plan}>
      {made.length > 0 && <New steps={made} fresh={changed.length === 0} />}
      {changed.map(([action, steps]) => (
        <section key={action}>
          <h3>{t(`apps.actions.${action}`)}</h3>
          <ul>
            {steps.slice(0, LINES).map((step) => (
              <li key={`${step.kind}:${step.key}`}>
                {step.text}
                {step.details.map((detail) => (
                  <small key={detail}>{detail}</small>
                ))}
              </li>
            ))}
            {steps.length > LINES && <li>{t("apps.more", { count: steps.length - LINES })}</li>}
          </ul>
        </section>
      ))}
      <Impact plan={plan} />
    </div>
  );
}

function New({ steps, fresh }: { steps: PlanStep[]; fresh: boolean }) {
  const { t } = useTranslation();
  const kinds = kindsIn(steps.map(({ kind }) => kind));
  return (
    <section>
      <h3>{t(fresh ? "apps.planLead" : "apps.actions.create")}</h3>
      <dl>
        {kinds.map((kind) => (
          <Kind key={kind} kind={kind} names={namesOf(steps, kind)} />
        ))}
      </dl>
    </section>
  );
}

function Kind({ kind, names }: { kind: AppKind; names: string[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const shown = COUNTED.includes(kind) ? [] : names.slice(0, NAMED);
  return (
    <div>
      <dt>
        {t(`apps.kinds.${kind}`)} <i>{names.length}</i>
      </dt>
      <dd>
        {joined(shown, language)}
        {shown.length > 0 && names.length > NAMED && (
          <small> {t("apps.more", { count: names.length - NAMED })}</small>
        )}
      </dd>
    </div>
  );
}

function namesOf(steps: PlanStep[], kind: AppKind): string[] {
  return [...new Set(steps.filter((step) => step.kind === kind).map(({ name }) => name))];
}

/** What others notice of it. */
export function Impact({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  if (plan.impact.length === 0) return null;
  return (
    <section className={css.impact}>
      <h3>{t("apps.impact")}</h3>
      <ul>
        {plan.impact.slice(0, LINES).map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
        {plan.impact.length > LINES && (
          <li>{t("apps.more", { count: plan.impact.length - LINES })}</li>
        )}
      </ul>
    </section>
  );
}
