/** How a phone puts cards in order and into groups: one sheet from below. */
import { Drawer } from "antd";
import { ArrowDown, ArrowDownUp, ArrowUp, Check } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLabel } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";

import type { Look, LookChange } from "../state/look";
import { isSortable, offered } from "../state/paths";
import css from "./Arrange.module.css";

interface Props {
  object: ObjectMeta;
  look: Look;
  change: (change: LookChange) => void;
}

export function Arrange(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        icon={ArrowDownUp}
        label={t("list.arrange")}
        aria-expanded={open}
        onClick={() => setOpen(true)}
      />
      <Drawer
        open={open}
        placement="bottom"
        size="78%"
        title={t("list.arrange")}
        onClose={() => setOpen(false)}
        styles={{ body: { padding: "4px 0 16px" } }}
        destroyOnHidden
      >
        <Choices {...props} />
      </Drawer>
    </>
  );
}

function Choices({ object, look, change }: Props) {
  const { t } = useTranslation();
  const label = useLabel();
  const fields = ordered(object, look).filter(isSortable);
  const first = look.sort[0] ?? "";
  const group = look.group[0]?.field;

  /** Up, down, as the view has it. */
  function sort({ key }: FieldMeta) {
    if (first === key) change({ sort: [`-${key}`] });
    else change({ sort: first === `-${key}` ? (look.view?.sort ?? []) : [key] });
  }

  return (
    <>
      <h3 className={css.title}>{t("list.sort")}</h3>
      {fields.map((field) => {
        const on = first.replace(/^-/, "") === field.key;
        const Arrow = first.startsWith("-") ? ArrowDown : ArrowUp;
        const told = t(first.startsWith("-") ? "list.down" : "list.up");
        return (
          <Choice key={field.key} on={on} onChoose={() => sort(field)}>
            {label(field.label)}
            {on && (
              <span className={css.told}>
                {told}
                <Arrow size={15} aria-hidden />
              </span>
            )}
          </Choice>
        );
      })}
      <h3 className={css.title}>{t("list.groupBy")}</h3>
      <Choice on={!group} onChoose={() => change({ group: [] })}>
        {t("list.noGroups")}
        {!group && <Check size={15} aria-hidden />}
      </Choice>
      {fields
        .filter((field) => field.key !== object.title_field)
        .map(({ key, label: name }) => (
          <Choice key={key} on={group === key} onChoose={() => change({ group: [{ field: key }] })}>
            {label(name)}
            {group === key && <Check size={15} aria-hidden />}
          </Choice>
        ))}
    </>
  );
}

/** Columns of the view first: they are what one sees. */
function ordered(object: ObjectMeta, look: Look): FieldMeta[] {
  const shown = look.columns.map(({ field }) => field);
  const keys = new Set(shown.map(({ key }) => key));
  return [...shown, ...offered(object).filter(({ key }) => !keys.has(key))];
}

interface ChoiceProps {
  on: boolean;
  onChoose: () => void;
  children: ReactNode;
}

function Choice({ on, onChoose, children }: ChoiceProps) {
  return (
    <button type="button" className={css.choice} aria-pressed={on} onClick={onChoose}>
      {children}
    </button>
  );
}
