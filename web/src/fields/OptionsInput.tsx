/** Options with their colours and order; of a cascade, with the options below each. */
import { Input, Popover } from "antd";
import { ArrowDown, ArrowUp, Eye, EyeOff, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Option } from "@/api/types";
import { useLabel, useLanguage } from "@/i18n/useLabel";
import { IconButton } from "@/ui/IconButton";
import { OPTION_COLOURS } from "@/ui/tokens";

import { Dot } from "./OptionTag";
import { keyFor, moved, renamed } from "./options";
import css from "./Settings.module.css";

interface Props {
  options: Option[];
  /** Options may have options below them. */
  deep?: boolean;
  onChange: (options: Option[]) => void;
}

const COLOURS = Object.keys(OPTION_COLOURS);

export function OptionsInput({ options, deep, onChange }: Props) {
  const put = (at: number, option: Option) =>
    onChange(options.map((each, place) => (place === at ? option : each)));
  return (
    <ul className={css.options}>
      {options.map((option, at) => (
        <li key={option.key}>
          <OptionRow
            option={option}
            first={at === 0}
            last={at === options.length - 1}
            onChange={(next) => put(at, next)}
            onMove={(by) => onChange(moved(options, at, by))}
            onRemove={() => onChange(options.filter((each) => each !== option))}
          />
          {deep && (
            <OptionsInput
              deep
              options={option.options ?? []}
              onChange={(below) => put(at, { ...option, options: below })}
            />
          )}
        </li>
      ))}
      <li>
        <NewOption options={options} onAdd={(option) => onChange([...options, option])} />
      </li>
    </ul>
  );
}

interface RowProps {
  option: Option;
  first: boolean;
  last: boolean;
  onChange: (option: Option) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function OptionRow({ option, first, last, onChange, onMove, onRemove }: RowProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const language = useLanguage();
  const name = label(option.label);
  return (
    <span className={css.option}>
      <Colour option={option} onChange={(colour) => onChange({ ...option, colour })} />
      <Input
        aria-label={t("settings.optionName")}
        className={option.retired ? css.retired : undefined}
        value={name}
        onChange={(event) =>
          onChange({ ...option, label: renamed(option.label, language, event.target.value) })
        }
      />
      <IconButton
        icon={option.retired ? EyeOff : Eye}
        label={t(option.retired ? "settings.revive" : "settings.retire", { name })}
        aria-pressed={option.retired === true}
        onClick={() => onChange({ ...option, retired: !option.retired })}
      />
      <IconButton
        icon={ArrowUp}
        label={t("settings.up", { name })}
        disabled={first}
        onClick={() => onMove(-1)}
      />
      <IconButton
        icon={ArrowDown}
        label={t("settings.down", { name })}
        disabled={last}
        onClick={() => onMove(1)}
      />
      <IconButton icon={X} label={t("settings.remove", { name })} onClick={onRemove} />
    </span>
  );
}

function Colour({ option, onChange }: { option: Option; onChange: (colour?: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  function choose(colour?: string) {
    onChange(colour);
    setOpen(false);
  }
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={
        <span className={css.colours}>
          {COLOURS.map((colour) => (
            <button
              key={colour}
              type="button"
              aria-label={t(`settings.colours.${colour}`)}
              title={t(`settings.colours.${colour}`)}
              aria-pressed={option.colour === colour}
              onClick={() => choose(colour)}
            >
              <Dot colour={colour} />
            </button>
          ))}
          <button
            type="button"
            aria-label={t("settings.colours.none")}
            title={t("settings.colours.none")}
            onClick={() => choose(undefined)}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      }
    >
      <button
        type="button"
        className={css.colour}
        aria-label={t("settings.colour")}
        aria-expanded={open}
      >
        {option.colour ? <Dot colour={option.colour} /> : <i className={css.blank} />}
      </button>
    </Popover>
  );
}

/** Enter adds it; its key stays when it is renamed. */
function NewOption({ options, onAdd }: { options: Option[]; onAdd: (option: Option) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  function add() {
    const said = name.trim();
    if (!said) return;
    const colour = COLOURS[(options.length + 1) % COLOURS.length];
    onAdd({ key: keyFor(said, options), label: { "zh-CN": said, en: said }, colour });
    setName("");
  }
  return (
    <Input
      variant="borderless"
      prefix={<Plus size={14} aria-hidden />}
      aria-label={t("settings.addOption")}
      placeholder={t("settings.addOption")}
      value={name}
      maxLength={60}
      onChange={(event) => setName(event.target.value)}
      onPressEnter={(event) => {
        event.preventDefault();
        add();
      }}
      onBlur={add}
    />
  );
}
