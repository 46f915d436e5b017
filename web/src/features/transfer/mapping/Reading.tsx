/** How the cells of a column read, by the kind of field they fill: days, units, names, words. */
import { Checkbox, Select } from "antd";
import { useTranslation } from "react-i18next";

import type { ImportColumn, ImportDocument, Rule } from "@/api/imports";
import { useMeta } from "@/api/catalogue";
import { useLabel } from "@/i18n/useLabel";

import type { Target } from "../target";
import css from "./Map.module.css";
import { Texts } from "./Texts";
import { WordMap } from "./WordMap";

const AMOUNTS = ["money", "number"];
const SCALES = ["1", "1000", "10000", "1000000", "100000000"];

export interface ReadingProps {
  column: ImportColumn;
  made: ImportDocument;
  target: Target;
  rule: Rule;
  onRule: (rule: Rule) => void;
}

export function Reading(props: ReadingProps) {
  const { made, rule } = props;
  const type = made.fields.find(({ key }) => key === rule.field)?.type ?? "text";
  return (
    <>
      {(type === "date" || type === "datetime") && <Days {...props} />}
      {(AMOUNTS.includes(type) || rule.scale) && <Scale {...props} />}
      {type === "reference" && <Names {...props} />}
      <WordMap {...props} type={type} />
      <Texts {...props} type={type} />
    </>
  );
}

function Days({ column, made, rule, onRule }: ReadingProps) {
  const { t } = useTranslation();
  const asked = made.questions.find(
    (each) =>
      each.code === "import.asks" && each.path === `mapping.columns.${column.column}.format`,
  );
  const chosen = rule.format?.[0];
  if (!asked?.readings && !chosen) return null;
  const readings = asked?.readings ?? [{ format: chosen!, date: "" }];
  return (
    <label className={asked ? css.askedFor : undefined}>
      <span>{t(asked ? "transfer.daysAsked" : "transfer.days")}</span>
      <Select
        size="small"
        aria-label={t("transfer.daysOf", { name: column.column })}
        placeholder={t("transfer.choose1")}
        allowClear={!asked}
        popupMatchSelectWidth={false}
        value={chosen}
        options={readings.map(({ format, date }) => ({
          value: format,
          label: date ? `${date}（${spelled(format)}）` : spelled(format),
        }))}
        onChange={(format?: string) => onRule({ ...rule, format: format ? [format] : [] })}
      />
    </label>
  );
}

/** `%m/%d/%y` as people write it: 月/日/年. */
function spelled(format: string): string {
  return format.replace(/%[Yy]/, "年").replace("%m", "月").replace("%d", "日");
}

function Scale({ column, rule, onRule }: ReadingProps) {
  const { t } = useTranslation();
  return (
    <label>
      <span>{t("transfer.scale")}</span>
      <Select
        size="small"
        variant={rule.scale && rule.scale !== "1" ? undefined : "borderless"}
        aria-label={t("transfer.scaleOf", { name: column.column })}
        popupMatchSelectWidth={false}
        value={rule.scale ?? "1"}
        options={SCALES.map((value) => ({ value, label: t(`transfer.scales.${value}`) }))}
        onChange={(scale) => onRule({ ...rule, scale: scale === "1" ? null : scale })}
      />
    </label>
  );
}

/** Records that cells name: by which of their fields, and whether missing ones are made. */
function Names({ column, target, rule, onRule }: ReadingProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const { data: meta } = useMeta();
  const other = meta?.objects.find((each) => each.key === target.field(rule.field)?.object);
  if (!other) return null;
  const given = rule.reference ?? {};
  const titles = other.fields.filter(
    (field) => field.key === other.title_field || field.unique || field.type === "code",
  );
  const by = given.by ?? other.title_field ?? "name";
  const name = label(other.label);
  const put = (part: object) => onRule({ ...rule, reference: { ...given, ...part } });
  return (
    <>
      {titles.length > 1 && (
        <label>
          <span>{t("transfer.foundBy", { name })}</span>
          <Select
            size="small"
            variant="borderless"
            aria-label={t("transfer.foundByOf", { name: column.column })}
            popupMatchSelectWidth={false}
            value={by}
            options={titles.map((field) => ({ value: field.key, label: label(field.label) }))}
            onChange={(key) => put({ by: key })}
          />
        </label>
      )}
      {other.verbs.includes("create") && by === other.title_field && (
        <Checkbox
          checked={given.create_missing ?? false}
          onChange={(event) => put({ create_missing: event.target.checked })}
        >
          {t("transfer.createMissing", { name })}
        </Checkbox>
      )}
    </>
  );
}
