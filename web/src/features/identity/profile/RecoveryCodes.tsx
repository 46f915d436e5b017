/** Codes shown this once: to be kept where the phone is not. */
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";

import { copyText } from "@/lib/clipboard";

import css from "./ProfilePage.module.css";

interface Props {
  login: string;
  codes: string[];
  onDone: () => void;
}

export function RecoveryCodes({ login, codes, onDone }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const text = `${t("profile.codesOf", { login })}\n\n${codes.join("\n")}\n`;
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;

  async function copy() {
    if (await copyText(text)) void message.success(t("profile.copied"));
  }

  return (
    <div className={css.form}>
      <p>{t("profile.codesHint")}</p>
      <ul className={css.codes} aria-label={t("profile.codes")}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={css.buttons}>
        <Button href={file} download="changliu-recovery-codes.txt">
          {t("profile.download")}
        </Button>
        <Button onClick={() => void copy()}>{t("profile.copy")}</Button>
        <Button type="primary" onClick={onDone}>
          {t("profile.kept")}
        </Button>
      </div>
    </div>
  );
}
