/** Two-step sign-in: turning it on and off, and the codes for the day the phone is lost. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { accountKey, removeTotp, renewCodes, type Account } from "@/api/account";

import { Enrolment } from "./Enrolment";
import css from "./ProfilePage.module.css";
import { RecoveryCodes } from "./RecoveryCodes";
import { SmallForm } from "./SmallForm";

type Doing = "enrol" | "renew" | "remove";

export function TwoStepRow({ account }: { account: Account }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [doing, setDoing] = useState<Doing>();
  const [codes, setCodes] = useState<string[]>();

  function close(fresh?: string[]) {
    setDoing(undefined);
    setCodes(fresh);
    void client.invalidateQueries({ queryKey: accountKey });
  }

  return (
    <li className={css.row}>
      <span className={css.name}>{t("profile.twoStep")}</span>
      {codes ? (
        <div>
          <RecoveryCodes login={account.login} codes={codes} onDone={() => setCodes(undefined)} />
        </div>
      ) : doing === "enrol" ? (
        <div>
          <Enrolment onDone={close} onCancel={() => setDoing(undefined)} />
        </div>
      ) : doing ? (
        <div>
          <ProofForm doing={doing} onDone={close} onCancel={() => setDoing(undefined)} />
        </div>
      ) : (
        <>
          <div className={account.totp ? undefined : css.meta}>
            {account.totp
              ? t("profile.twoStepOn", { count: account.recovery_codes })
              : t("profile.twoStepOff")}
          </div>
          {account.totp ? (
            <>
              <Button onClick={() => setDoing("renew")}>{t("profile.renewCodes")}</Button>
              <Button onClick={() => setDoing("remove")}>{t("profile.turnOff")}</Button>
            </>
          ) : (
            <Button onClick={() => setDoing("enrol")}>{t("profile.turnOn")}</Button>
          )}
        </>
      )}
    </li>
  );
}

interface ProofProps {
  doing: "renew" | "remove";
  onDone: (codes?: string[]) => void;
  onCancel: () => void;
}

/** The password again, before a safeguard changes. */
function ProofForm({ doing, onDone, onCancel }: ProofProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      if (doing === "remove") return removeTotp(password);
      return (await renewCodes(password)).recovery_codes;
    },
    onSuccess: (codes) => onDone(codes ?? undefined),
  });
  return (
    <SmallForm
      action={t(doing === "renew" ? "profile.renewCodes" : "profile.turnOff")}
      danger={doing === "remove"}
      error={error}
      pending={isPending}
      disabled={!password}
      onSubmit={() => mutate()}
      onCancel={onCancel}
    >
      <p className={css.meta}>{t(`profile.${doing}Hint`)}</p>
      <label>
        {t("profile.password")}
        <Input.Password
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          autoFocus
        />
      </label>
    </SmallForm>
  );
}
