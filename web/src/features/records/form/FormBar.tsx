/** Below a form: saving it, leaving it, and what is in the way of saving. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import type { FieldMeta } from "@/api/types";
import type { Waiting } from "@/fields/uploads";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { joined } from "@/lib/joined";
import { MAC } from "@/ui/shortcuts";
import { useMayLeave } from "@/ui/unfinished";

import css from "./Form.module.css";
import type { Saving } from "./useSaving";

interface Props {
  isNew: boolean;
  saving: Saving;
  waiting: Waiting<[again: boolean]>;
  onCancel: () => void;
  fieldFor: (path: string) => FieldMeta | undefined;
}

export function FormBar({ isNew, saving, waiting, onCancel, fieldFor }: Props) {
  const { t } = useTranslation();
  const mayLeave = useMayLeave();
  const { asked, count } = waiting;
  const label = useLabel();
  // Its field may be in a section that is folded, or in none any more.
  const fields = waiting.stuckAt.flatMap((place) => fieldFor(place.replace(/^form-/, "")) ?? []);
  const named = joined(
    fields.map((field) => label(field.label)),
    useLanguage(),
  );
  const names = [named, waiting.stuck].filter(Boolean).join(" · ");
  const refusal = waiting.stopped ? t("fields.uploadsStop", { names }) : saving.refusal;
  return (
    <footer className={css.bar}>
      <Button type="primary" htmlType="submit" loading={saving.pending || asked}>
        {asked && count ? t("fields.uploading", { count }) : t("ui.save")}
      </Button>
      {isNew && <Button onClick={() => waiting.save(true)}>{t("record.saveAndNew")}</Button>}
      <Button onClick={() => void mayLeave().then((left) => left && onCancel())}>
        {t("ui.cancel")}
      </Button>
      {refusal ? (
        <span className={`${css.refused} ell`} role="status" title={refusal}>
          {refusal}
        </span>
      ) : (
        <span className={`${css.told} ell`}>
          {t(isNew ? "record.keysNew" : "record.keysEdit", { mod: MAC ? "⌘" : "Ctrl" })}
        </span>
      )}
    </footer>
  );
}
