/** A view without records: why, and what helps: other words, the first record, a file of them. */
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import type { ObjectMeta } from "@/api/types";
import { useLabel, usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { ObjectIcon } from "@/ui/icons";

import type { Look, LookChange } from "./look";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function NoRecords(props: Props) {
  const { object, look } = props;
  const { t } = useTranslation();
  const plural = usePlural();
  const text = isAsked(look)
    ? t("list.nothingFound")
    : look.filter
      ? t("list.viewEmpty")
      : t("list.empty", { name: within(plural(object.label)) });
  return (
    <Empty
      icon={() => <ObjectIcon name={object.icon} size={22} />}
      text={text}
      action={<NextStep {...props} />}
    />
  );
}

/** The reader asked for it now; a saved view may simply have nothing to show today. */
function isAsked({ q, filter, view }: Look): boolean {
  return q !== "" || (filter !== "" && filter !== view?.filter);
}

function NextStep({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const [params] = useSearchParams();
  if (look.q) return <Button onClick={() => change({ q: "" })}>{t("list.clearFind")}</Button>;
  if (isAsked(look))
    return (
      <Button onClick={() => change({ filter: look.view?.filter ?? "" })}>
        {t("list.clearFilter")}
      </Button>
    );
  const may = (verb: string) => object.verbs.includes(verb);
  return (
    <span style={{ display: "flex", gap: 8 }}>
      {may("create") && (
        <Link to={`?${new URLSearchParams([...params, ["new", object.key]])}`}>
          <Button tabIndex={-1}>{t("record.newOf", { name: label(object.label) })}</Button>
        </Link>
      )}
      {may("import") && (
        <Link to={`/import/${object.key}`}>
          <Button tabIndex={-1}>{t("list.import")}</Button>
        </Link>
      )}
    </span>
  );
}
