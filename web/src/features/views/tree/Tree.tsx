/** Records below records: a branch asks for its children when it is opened. */
import { GitBranch } from "lucide-react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import { isRight } from "@/fields/registry";
import { useLabel } from "@/i18n/useLabel";
import { Empty } from "@/ui/Empty";
import { useNarrow } from "@/ui/useMedia";

import type { LookProps } from "../list/ListPage";
import { settingsFor } from "../state/settings";
import { both, isIn } from "../state/within";
import { Branch, factsOf } from "./Branch";
import css from "./Tree.module.css";

export default function Tree(props: LookProps) {
  const { object, look } = props;
  const { t } = useTranslation();
  const narrow = useNarrow();
  const settings = settingsFor("tree", object, look);
  const parent = settings ? fieldOf(object, settings.parent) : undefined;
  if (!parent) return <Empty icon={GitBranch} text={t("list.nothingFound")} />;
  // What is searched for may hang below something else: it is shown flat.
  const within = look.q ? look.filter : both(look.filter, isIn(parent, null));
  return (
    <div className={css.tree}>
      {!narrow && <Heads {...props} />}
      <Branch {...props} parent={look.q ? undefined : parent} within={within} depth={0} />
    </div>
  );
}

function Heads({ object, look }: LookProps) {
  const label = useLabel();
  const title = object.fields.find(({ key }) => key === object.title_field);
  return (
    <div className={`${css.row} ${css.heads}`} aria-hidden>
      <span className={css.space}>{label(title?.label ?? object.label)}</span>
      {factsOf(look, object, false).map((field) => (
        <span key={field.key} className={`${css.fact} ${isRight(field) ? css.right : ""} ell`}>
          {label(field.label)}
        </span>
      ))}
    </div>
  );
}
