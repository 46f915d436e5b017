/** Words of a column that are no option, nobody, nothing known: each is given what it means. */
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ImportColumn, ImportDocument, Reason, Rule } from "@/api/imports";
import { findMembers } from "@/api/people";
import { offeredRecords } from "@/api/picking";
import type { Option } from "@/api/types";
import { useOffered } from "@/fields/useOffered";
import { useLabel } from "@/i18n/useLabel";

import css from "./Map.module.css";
import type { ReadingProps } from "./Reading";

/** Types whose words have a meaning that can be pointed at. */
const CHOICES = ["select", "multi_select"];
const KNOWN = [...CHOICES, "member", "reference"];
/** Refusals that are about more than the word itself. */
const APART = ["import.repeated", "field.not_unique", "record.duplicate", "import.needed"];
const FEW = 5;

interface Props extends ReadingProps {
  type: string;
}

export function WordMap({ column, made, target, rule, onRule, type }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const values = rule.values ?? {};
  const { rows, near } = wordsOf(column, useTrial(made), rule, type);
  const words = [...new Set([...Object.keys(values), ...rows.keys(), ...near.keys()])];
  if (!KNOWN.includes(type) || words.length === 0) return null;
  const open = words.filter((word) => !(word in values));
  const proposed = open.filter((word) => near.get(word) != null);
  const shown = all ? words : words.slice(0, FEW);
  const put = (more: Meanings) => {
    const next = Object.entries({ ...values, ...more }).filter(([, meant]) => meant !== undefined);
    onRule({ ...rule, values: Object.fromEntries(next) as Record<string, string | null> });
  };
  const field = target.field(rule.field);
  const props = { object: field?.object, options: field?.options ?? [] };
  return (
    <div className={css.words}>
      <p className={open.length > 0 ? css.unknown : undefined}>
        {open.length > 0
          ? t("transfer.unknownWords", { count: open.length })
          : t("transfer.knownWords", { count: words.length })}
        {proposed.length > 1 && (
          <Button
            type="link"
            size="small"
            onClick={() => put(Object.fromEntries(proposed.map((word) => [word, near.get(word)])))}
          >
            {t("transfer.takeAll", { count: proposed.length })}
          </Button>
        )}
        {open.length > 1 && (
          <Button
            type="link"
            size="small"
            onClick={() => put(Object.fromEntries(open.map((word) => [word, null])))}
          >
            {t("transfer.allBlank")}
          </Button>
        )}
      </p>
      <ul className={CHOICES.includes(type) ? undefined : css.names}>
        {shown.map((word) => (
          <li key={word}>
            <span className="ell" title={word}>
              {word}
              {rows.has(word) && <em>{t("transfer.rows", { count: rows.get(word)! })}</em>}
            </span>
            <Meaning
              word={word}
              type={type}
              value={values[word]}
              near={near.get(word) ?? null}
              onChange={put}
              {...props}
            />
          </li>
        ))}
      </ul>
      {words.length > shown.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          {t("transfer.moreWords", { count: words.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

/** The last trial that ended: what it refused stays while the next one reads the file. */
function useTrial(made: ImportDocument): ImportDocument {
  const [ended, setEnded] = useState(made);
  const ends = made.preview?.state === "done";
  if (ends && ended !== made) setEnded(made);
  return ends ? made : ended;
}

/** Words the trial refused, with their rows, and words that are no option, each with the one it is
    near. A cell of several options is refused as a whole, so its words are told by the server. */
function wordsOf(column: ImportColumn, trial: ImportDocument, { field }: Rule, type: string) {
  const proposed = column.words.filter((word) => word.field === field);
  const near = new Map(proposed.map(({ value, option }) => [value, option]));
  const cells = type === "multi_select" && near.size > 0;
  // It may have been tried with another field.
  const same = trial.columns.some((c) => c.column === column.column && c.fields.includes(field));
  const reasons = ((same && trial.preview?.reasons) || []).filter(
    (each) => each.column === column.column && each.value && !APART.includes(each.code),
  );
  const rows = new Map(cells ? [] : reasons.map((each: Reason) => [each.value!, each.rows]));
  return { rows, near };
}

type Meanings = Record<string, string | null | undefined>;

interface MeaningProps {
  word: string;
  type: string;
  value: string | null | undefined;
  /** The option it may mean. */
  near: string | null;
  object?: string;
  options: Option[];
  onChange: (meant: Meanings) => void;
}

const BLANK = "\0blank";

function Meaning(props: MeaningProps) {
  return CHOICES.includes(props.type) ? <OneOption {...props} /> : <OneRecord {...props} />;
}

function OneOption({ options, ...props }: MeaningProps) {
  const label = useLabel();
  const offered = options
    .filter((option) => !option.retired)
    .map((option) => ({ value: option.key, label: label(option.label) }));
  return <Meant {...props} offered={offered} />;
}

/** A member by name, a record by its title: cells name them so. */
function OneRecord({ type, object = "", ...props }: MeaningProps) {
  const ask = async (q: string): Promise<string[]> => {
    if (type === "member") return (await findMembers(q)).map(({ name }) => name);
    return (await offeredRecords(object, q)).flatMap(({ title }) => (title ? [title] : []));
  };
  const { offered, setTyped } = useOffered(["words", type, object], ask);
  const names = [...new Set(offered)].map((name) => ({ value: name, label: name }));
  return <Meant {...props} offered={names} onSearch={setTyped} />;
}

interface MeantProps extends Pick<MeaningProps, "word" | "value" | "near" | "onChange"> {
  offered: { value: string; label: string }[];
  onSearch?: (typed: string) => void;
}

function Meant({ word, value, near, onChange, offered, onSearch }: MeantProps) {
  const { t } = useTranslation();
  const blank = { value: BLANK, label: t("transfer.leaveBlank") };
  const likely = value === undefined && offered.find((each) => each.value === near);
  return (
    <>
      <Select
        size="small"
        allowClear
        className={css.meant}
        aria-label={t("transfer.meaningOf", { name: word })}
        placeholder={t("transfer.means")}
        value={value === null ? BLANK : value}
        showSearch={onSearch ? { filterOption: false, onSearch } : { optionFilterProp: "label" }}
        options={[...offered, blank]}
        onChange={(meant?: string) => onChange({ [word]: meant === BLANK ? null : meant })}
      />
      {likely && (
        <button
          type="button"
          className={css.likely}
          onClick={() => onChange({ [word]: likely.value })}
        >
          {t("transfer.takeIt", { name: likely.label })}
        </button>
      )}
    </>
  );
}
