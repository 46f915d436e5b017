/** What a member is told to sign in with: shown this once. */
import { App, Button, Modal } from "antd";
import { useTranslation } from "react-i18next";

import { copyText } from "@/lib/clipboard";

import css from "./Members.module.css";

interface Props {
  login: string;
  password: string;
  onClose: () => void;
}

export function Handover({ login, password, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const address = window.location.origin;
  const facts = [
    [t("members.address"), address],
    [t("members.login"), login],
    [t("members.password"), password],
  ] as const;
  async function copy() {
    const text = facts.map(([name, value]) => `${name}: ${value}`).join("\n");
    if (await copyText(text)) void message.success(t("members.copied"));
  }
  return (
    <Modal
      open
      title={t("members.handover")}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={() => void copy()}>{t("members.copy")}</Button>
          <Button type="primary" onClick={onClose}>
            {t("members.done")}
          </Button>
        </>
      }
    >
      <p>{t("members.handoverLead")}</p>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
