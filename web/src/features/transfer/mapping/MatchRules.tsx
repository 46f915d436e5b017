/** What happens to records that exist already, and what they are recognised by. */
import { Radio, Select } from "antd";
import { useTranslation } from "react-i18next";

import type { ImportDocument, ImportMode } from "@/api/imports";

import { MEMBER } from "../target";
import css from "./Map.module.css";
import type { Draft } from "./useDraft";

const MODES: ImportMode[] = ["create", "both", "update"];

export function MatchRules({ made, draft }: { made: ImportDocument; draft: Draft }) {
  const { t } = useTranslation();
  const { mapping, change } = draft;
  const mapped = new Set(
    Object.values(mapping.columns)
      .flat()
      .map((rule) => rule.field),
  );
  const able = made.fields.filter((field) => field.match && mapped.has(field.key));
  const match = (mapping.match ?? []).filter((key) => mapped.has(key));
  const mode = mapping.mode ?? "create";
  const members = made.object === MEMBER;

  function choose(next: ImportMode) {
    const first = able.find((field) => field.unique) ?? able[0];
    const needs = next !== "create" && match.length === 0 && first && !members;
    change({ mode: next, ...(needs && { match: [first.key] }) });
  }

  return (
    <section className={css.rules} aria-label={t("transfer.existing")}>
      <h2>{t("transfer.existing")}</h2>
      <Radio.Group
        value={mode}
        onChange={(event) => choose(event.target.value as ImportMode)}
        aria-label={t("transfer.existing")}
      >
        {MODES.map((each) => (
          <Radio
            key={each}
            value={each}
            disabled={each !== "create" && !members && able.length === 0}
          >
            {t(
              each === "create" && match.length > 0
                ? "transfer.mode.skip"
                : `transfer.mode.${each}`,
            )}
          </Radio>
        ))}
      </Radio.Group>
      {!members && (
        <label className={css.match}>
          <span>{t("transfer.matchBy")}</span>
          <Select
            mode="multiple"
            size="small"
            aria-label={t("transfer.matchBy")}
            placeholder={t(mode === "create" ? "transfer.matchNone" : "transfer.choose1")}
            status={mode !== "create" && match.length === 0 ? "error" : undefined}
            value={match}
            popupMatchSelectWidth={false}
            showSearch={{ optionFilterProp: "label" }}
            options={able.map(({ key, label, unique }) => ({
              value: key,
              label: unique ? t("transfer.uniqueField", { name: label }) : label,
            }))}
            onChange={(keys: string[]) => change({ match: keys, mode })}
          />
        </label>
      )}
      {members && <p className={css.quiet}>{t("transfer.membersBy")}</p>}
    </section>
  );
}
