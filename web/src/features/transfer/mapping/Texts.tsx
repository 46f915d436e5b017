/** How the texts of a column read: what is put before them, what divides them, what other words do. */
import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";

import type { Rule } from "@/api/imports";

import css from "./Map.module.css";
import type { ReadingProps } from "./Reading";

const TEXTS = ["text", "long_text", "code"];
const LISTS = ["multi_select", "tags"];
/** Not among them: whatever the platform knows for itself. */
const DIVIDERS = [";", ",", "、", "/", "|", "\n", " "];
const LONGEST_PREFIX = 100;

interface Props extends ReadingProps {
  type: string;
}

export function Texts(props: Props) {
  const { rule, type, target } = props;
  const several = LISTS.includes(type) || target.field(rule.field)?.many;
  return (
    <>
      {(TEXTS.includes(type) || rule.prefix) && <Prefix {...props} />}
      {(several || rule.split) && <Divider {...props} />}
      {rule.values && Object.keys(rule.values).length > 0 && <Others {...props} />}
    </>
  );
}

function Prefix({ column, rule, onRule }: Props) {
  const { t } = useTranslation();
  return (
    <label>
      <span>{t("transfer.prefix")}</span>
      <Input
        size="small"
        className={css.prefix}
        variant={rule.prefix ? undefined : "borderless"}
        aria-label={t("transfer.prefixOf", { name: column.column })}
        placeholder={t("transfer.prefixNone")}
        maxLength={LONGEST_PREFIX}
        value={rule.prefix ?? ""}
        onChange={(event) => onRule({ ...rule, prefix: event.target.value || null })}
      />
    </label>
  );
}

function Divider({ column, rule, onRule }: Props) {
  const { t } = useTranslation();
  const chosen = rule.split ?? "";
  const known = DIVIDERS.includes(chosen) || !chosen ? DIVIDERS : [...DIVIDERS, chosen];
  const named = (sign: string) => (sign.trim() ? sign : t(`transfer.dividers.${NAMES[sign]}`));
  return (
    <label>
      <span>{t("transfer.divider")}</span>
      <Select
        size="small"
        variant={chosen ? undefined : "borderless"}
        aria-label={t("transfer.dividerOf", { name: column.column })}
        popupMatchSelectWidth={false}
        value={chosen}
        options={[
          { value: "", label: t("transfer.dividers.auto") },
          ...known.map((sign) => ({ value: sign, label: named(sign) })),
        ]}
        onChange={(sign) => onRule({ ...rule, split: sign || null })}
      />
    </label>
  );
}

const NAMES: Record<string, string> = { "\n": "line", " ": "space" };
const OTHERS = ["keep", "refuse", "blank"] as const;

/** Words that were given no meaning above. */
function Others({ column, rule, onRule }: Props) {
  const { t } = useTranslation();
  return (
    <label>
      <span>{t("transfer.others")}</span>
      <Select<NonNullable<Rule["others"]>>
        size="small"
        variant={(rule.others ?? "keep") === "keep" ? "borderless" : undefined}
        aria-label={t("transfer.othersOf", { name: column.column })}
        popupMatchSelectWidth={false}
        value={rule.others ?? "keep"}
        options={OTHERS.map((value) => ({ value, label: t(`transfer.otherWords.${value}`) }))}
        onChange={(others) => onRule({ ...rule, others })}
      />
    </label>
  );
}
