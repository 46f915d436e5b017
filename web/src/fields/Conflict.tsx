/** Two people changed the same: the original, theirs and mine side by side, field by field. */
import { Modal, Radio, type RadioRef } from "antd";
import { useRef, useState, type ReactNode, type Ref } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import { useFieldHistory } from "@/api/timeline";
import type { ObjectMeta, Row, Values } from "@/api/types";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { ago, exactInstant } from "@/lib/format/dates";
import type { Label } from "@/lib/label";

import css from "./Conflict.module.css";
import { FieldCell } from "./FieldCell";

export interface Crossing {
  field: string;
  label: Label;
  original?: unknown;
  theirs?: unknown;
  mine?: unknown;
}

type Whose = "mine" | "theirs";

interface Props {
  object: ObjectMeta;
  /** The record as it stands now. */
  now: Row;
  crossings: Crossing[];
  /** The values as they were to be written. */
  mine: Values;
  onClose: () => void;
  /** Whose value stays, by field: mine are to be written over theirs. */
  onChosen: (keepMine: string[]) => void;
}

export function Conflict({ object, now, crossings, mine, onClose, onChosen }: Props) {
  const { t } = useTranslation();
  const [whose, setWhose] = useState<Record<string, Whose>>({});
  // What is chosen already has the keys, not the cross: the arrows change it.
  const first = useRef<RadioRef>(null);
  return (
    <Modal
      open
      title={t("ui.conflict.title")}
      okText={t("ui.conflict.write")}
      cancelText={t("ui.cancel")}
      onCancel={onClose}
      afterOpenChange={(open) => open && first.current?.focus()}
      onOk={() => onChosen(crossings.map((c) => c.field).filter((key) => whose[key] !== "theirs"))}
      width={620}
    >
      <p className={css.lead}>{t("ui.conflict.lead")}</p>
      {crossings.map((crossing, at) => (
        <OneField
          key={crossing.field}
          {...{ object, now, crossing }}
          mine={mine[crossing.field]}
          place={at === 0 ? first : undefined}
          whose={whose[crossing.field] ?? "mine"}
          onWhose={(next) => setWhose({ ...whose, [crossing.field]: next })}
        />
      ))}
    </Modal>
  );
}

interface OneProps extends Pick<Props, "object" | "now"> {
  crossing: Crossing;
  mine: unknown;
  place?: Ref<RadioRef>;
  whose: Whose;
  onWhose: (whose: Whose) => void;
}

function OneField({ object, now, crossing, mine, place, whose, onWhose }: OneProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const field = fieldOf(object, crossing.field);
  const shown = (value: unknown) =>
    field ? <FieldCell field={field} value={value} place="page" /> : String(value ?? "");
  return (
    <fieldset className={css.crossing}>
      <legend>{label(crossing.label)}</legend>
      <p className={css.original}>
        <span>{t("ui.conflict.original")}</span>
        {shown(crossing.original)}
      </p>
      <Radio.Group
        vertical
        value={whose}
        onChange={(event) => onWhose(event.target.value as Whose)}
      >
        <Radio value="mine" ref={place}>
          <Side name={t("ui.conflict.mine")}>{shown(mine)}</Side>
        </Radio>
        <Radio value="theirs">
          <Side name={t("ui.conflict.theirs")}>
            {shown(crossing.theirs)}
            <Author object={object.key} id={now.id} field={crossing.field} />
          </Side>
        </Radio>
      </Radio.Group>
    </fieldset>
  );
}

/** Who changed the field last, and when; it keeps its line until that is known. */
function Author({ object, id, field }: { object: string; id: string; field: string }) {
  const language = useLanguage();
  const last = useFieldHistory(object, id, field).data?.items[0];
  return (
    <small className={css.author}>
      {last?.actor?.title}
      {last && (
        <time dateTime={last.at} title={exactInstant(last.at)}>
          {ago(last.at, language)}
        </time>
      )}
    </small>
  );
}

function Side({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className={css.side}>
      <span>{name}</span>
      <span>{children}</span>
    </span>
  );
}
