/** Two people changed the same: the original, theirs and mine side by side, field by field. */
import { Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import type { ObjectMeta, Values } from "@/api/types";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { ago } from "@/lib/format/dates";
import type { Label } from "@/lib/label";

import css from "./Conflict.module.css";
import { FieldCell } from "./FieldCell";

export interface Crossing {
  field: string;
  label: Label;
  original?: unknown;
  theirs?: unknown;
  mine?: unknown;
  at?: string;
}

interface Props {
  object: ObjectMeta;
  crossings: Crossing[];
  /** The values as they were to be written. */
  mine: Values;
  onClose: () => void;
  /** Whose value stays, by field: mine are to be written over theirs. */
  onChosen: (keepMine: string[]) => void;
}

export function Conflict({ object, crossings, mine, onClose, onChosen }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const language = useLanguage();
  const [whose, setWhose] = useState<Record<string, "mine" | "theirs">>({});
  const at = crossings[0]?.at;
  return (
    <Modal
      open
      title={t("ui.conflict.title")}
      okText={t("ui.conflict.write")}
      cancelText={t("ui.cancel")}
      onCancel={onClose}
      onOk={() => onChosen(crossings.map((c) => c.field).filter((key) => whose[key] !== "theirs"))}
      width={620}
    >
      <p className={css.lead}>{t("ui.conflict.lead", { when: at ? ago(at, language) : "" })}</p>
      {crossings.map((crossing) => {
        const field = fieldOf(object, crossing.field);
        const shown = (value: unknown) =>
          field ? <FieldCell field={field} value={value} place="page" /> : String(value ?? "");
        return (
          <fieldset key={crossing.field} className={css.crossing}>
            <legend>{label(crossing.label)}</legend>
            <p className={css.original}>
              <span>{t("ui.conflict.original")}</span>
              {shown(crossing.original)}
            </p>
            <Radio.Group
              value={whose[crossing.field] ?? "mine"}
              onChange={(event) => setWhose({ ...whose, [crossing.field]: event.target.value })}
              options={[
                {
                  value: "mine",
                  label: <Side name={t("ui.conflict.mine")}>{shown(mine[crossing.field])}</Side>,
                },
                {
                  value: "theirs",
                  label: <Side name={t("ui.conflict.theirs")}>{shown(crossing.theirs)}</Side>,
                },
              ]}
              vertical
            />
          </fieldset>
        );
      })}
    </Modal>
  );
}

function Side({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <span className={css.side}>
      <span>{name}</span>
      {children}
    </span>
  );
}
