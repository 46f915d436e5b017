/** A new view: its name, and who sees it. */
import { Input, Modal, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useRoles } from "@/api/roles";
import type { ObjectMeta } from "@/api/types";
import { keepView, publishView } from "@/api/views";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

import { bodyOf } from "../state/body";
import type { Look } from "../state/look";
import css from "./Head.module.css";

interface Props {
  object: ObjectMeta;
  look: Look;
  /** Whether the member may publish views for others. */
  publishes: boolean;
  onClose: () => void;
  onSaved: (key: string) => void;
}

type Whose = "own" | "everybody" | "roles";

export function SaveDialog({ object, look, publishes, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [name, setName] = useState("");
  const [whose, setWhose] = useState<Whose>("own");
  const [roles, setRoles] = useState<string[]>([]);
  const [firstFor, setFirstFor] = useState<string[]>([]);
  const [error, setError] = useState<string>();

  async function save() {
    const body = { ...bodyOf(object, look), label: name.trim() };
    try {
      if (whose === "own") return onSaved((await keepView(body)).key);
      const key = `${object.key}_${Date.now().toString(36)}`;
      const seen = whose === "roles" ? roles : [];
      await publishView({ ...body, visible_to: seen, default_for: firstFor }, key);
      return onSaved(key);
    } catch (failed) {
      return setError(failureText(failed));
    }
  }

  return (
    <Modal
      open
      width={420}
      title={t("list.saveAsTitle")}
      okText={t("ui.save")}
      cancelText={t("ui.cancel")}
      okButtonProps={{ disabled: !name.trim() || (whose === "roles" && roles.length === 0) }}
      onCancel={onClose}
      onOk={() => void save()}
    >
      <div className={css.form}>
        <Input
          autoFocus
          value={name}
          maxLength={60}
          aria-label={t("list.viewName")}
          placeholder={t("list.viewName")}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => name.trim() && void save()}
        />
        {publishes && (
          <Radio.Group
            vertical
            value={whose}
            options={(["own", "everybody", "roles"] as const).map((value) => ({
              value,
              label: t(`list.whose.${value}`),
            }))}
            onChange={(event) => setWhose(event.target.value as Whose)}
          />
        )}
        {whose === "roles" && (
          <Roles label={t("list.whose.roles")} value={roles} onChange={setRoles} />
        )}
        {whose !== "own" && (
          <Roles label={t("list.firstFor")} value={firstFor} onChange={setFirstFor} />
        )}
        <p role="alert" className={css.fault}>
          {error}
        </p>
      </div>
    </Modal>
  );
}

interface RolesProps {
  label: string;
  value: string[];
  onChange: (roles: string[]) => void;
}

function Roles({ label, value, onChange }: RolesProps) {
  const { data } = useRoles();
  const speak = useLabel();
  return (
    <Select
      mode="multiple"
      aria-label={label}
      placeholder={label}
      showSearch={{ optionFilterProp: "label" }}
      value={value}
      options={(data ?? []).map((role) => ({ value: role.key, label: speak(role.label) }))}
      onChange={onChange}
    />
  );
}
