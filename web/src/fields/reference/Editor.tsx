/** A record elsewhere: found by a part, pinyin or digits; made in place when it is missing. */
import { App } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useObject } from "@/api/catalogue";
import { offeredRecords } from "@/api/picking";
import type { Reference } from "@/api/types";
import { usePlural } from "@/i18n/useLabel";
import { within } from "@/lib/plural";
import { useFailureText } from "@/ui/Failure";

import { useCreator } from "../creating";
import css from "../Editor.module.css";
import { Picker } from "../Picker";
import type { EditorProps } from "../protocol";
import { listed } from "../references";
import { useOffered } from "../useOffered";
import own from "./Editor.module.css";

export default function ReferenceEditor(props: EditorProps<Reference | Reference[]>) {
  const { t } = useTranslation();
  const plural = usePlural();
  const object = props.field.object ?? "";
  const target = useObject(object);
  const { offered, busy, typed, setTyped } = useOffered([object], (q, signal) =>
    offeredRecords(object, q, signal),
  );
  const choices = offered.map(({ id, title, met }) => ({
    id,
    title: title ?? "–",
    shown: (
      <span className={css.choice}>
        <span className="ell">{title ?? "–"}</span>
        {met && <span className={css.side}>{met}</span>}
      </span>
    ),
  }));
  return (
    <Picker
      {...props}
      choices={choices}
      hint={t("fields.chooseOne", { name: within(plural(target?.label)) })}
      busy={busy}
      onSearch={setTyped}
      foot={<Foot {...props} typed={typed.trim()} onMade={() => setTyped("")} />}
    />
  );
}

interface FootProps extends EditorProps<Reference | Reference[]> {
  typed: string;
  onMade: () => void;
}

function Foot({ field, value, onChange, onDone, typed, onMade }: FootProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const create = useCreator(field.object ?? "");
  const [making, setMaking] = useState(false);
  if (!create || !typed) return null;

  async function make() {
    setMaking(true);
    try {
      const made = await create!(typed);
      if (!made) return;
      onChange(field.many ? [...(value == null ? [] : listed(value)), made] : made);
      onMade();
      if (!field.many) onDone?.();
    } catch (problem) {
      void message.error(failureText(problem));
    } finally {
      setMaking(false);
    }
  }

  return (
    <button
      type="button"
      className={own.make}
      disabled={making}
      // The list must not lose the keyboard before the click arrives.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => void make()}
    >
      <Plus size={14} aria-hidden />
      {t("fields.create", { title: typed })}
    </button>
  );
}
