/** Scan the code with an authenticator, type what it shows. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Input, QRCode } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { confirmTotp, enrolTotp } from "@/api/account";
import { Failure } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";
import { useNarrow } from "@/ui/useMedia";

import css from "./ProfilePage.module.css";
import { SmallForm } from "./SmallForm";

interface Props {
  onDone: (codes: string[]) => void;
  onCancel: () => void;
}

export function Enrolment({ onDone, onCancel }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [code, setCode] = useState("");
  // A new secret each time it is opened: one that was shown and left alone counts for nothing.
  const secret = useQuery({ queryKey: ["totp"], queryFn: enrolTotp, gcTime: 0, staleTime: 0 });
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => confirmTotp(code.replaceAll(" ", "")),
    onSuccess: ({ recovery_codes }) => onDone(recovery_codes),
  });
  if (secret.error) return <Failure error={secret.error} />;
  return (
    <SmallForm
      action={t("profile.turnOn")}
      error={error}
      pending={isPending}
      disabled={code.replaceAll(" ", "").length < 6}
      onSubmit={() => mutate()}
      onCancel={onCancel}
    >
      <p className={css.meta}>{t("profile.scan")}</p>
      <div className={css.scan}>
        {secret.data ? (
          <QRCode value={secret.data.uri} size={168} type="svg" color="#000" bgColor="#fff" />
        ) : (
          <Bar width={168} height={168} />
        )}
        <p>
          {narrow && secret.data && (
            <a className={css.here} href={secret.data.uri}>
              {t("profile.scanHere")}
            </a>
          )}
          <span className={css.meta}>{t("profile.byHand")}</span>
          <code>{secret.data?.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
        </p>
      </div>
      <label>
        {t("login.code")}
        <Input
          value={code}
          onChange={(event) => setCode(event.target.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          autoFocus
        />
      </label>
    </SmallForm>
  );
}
