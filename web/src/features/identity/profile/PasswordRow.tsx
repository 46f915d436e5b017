/** A new password: the one of today, the one of tomorrow. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { changePassword } from "@/api/account";

import css from "./ProfilePage.module.css";
import { ProfileRow } from "./ProfileRow";
import { SESSIONS_KEY } from "./SessionList";
import { SmallForm } from "./SmallForm";

export function PasswordRow() {
  const { t } = useTranslation();
  return (
    <ProfileRow
      name={t("profile.password")}
      value={<span className={css.meta}>{t("profile.passwordHint")}</span>}
      action={t("profile.change")}
      form={(close) => <PasswordForm onClose={close} />}
    />
  );
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => changePassword(old, fresh),
    onSuccess: () => {
      void message.success(t("profile.passwordChanged"));
      void client.invalidateQueries({ queryKey: SESSIONS_KEY });
      onClose();
    },
  });
  return (
    <SmallForm
      action={t("profile.change")}
      error={error}
      pending={isPending}
      disabled={!old || !fresh}
      onSubmit={() => mutate()}
      onCancel={onClose}
    >
      <label>
        {t("profile.oldPassword")}
        <Input.Password
          value={old}
          onChange={(event) => setOld(event.target.value)}
          autoComplete="current-password"
          autoFocus
        />
      </label>
      <label>
        {t("profile.newPassword")}
        <Input.Password
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
          autoComplete="new-password"
        />
      </label>
    </SmallForm>
  );
}
