/** Name, e-mail and phone in this workspace; the login, which stays. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { useState, type ComponentProps } from "react";
import { useTranslation } from "react-i18next";

import { accountKey, changeProfile, type Account } from "@/api/account";
import { keys } from "@/api/query";

import { ProfileRow } from "./ProfileRow";
import { SmallForm } from "./SmallForm";

const OWN = ["name", "email", "phone"] as const;
type Own = (typeof OWN)[number];
const INPUTS: Record<Own, ComponentProps<typeof Input>> = {
  name: { type: "text", autoComplete: "name" },
  email: { type: "text", inputMode: "email", autoComplete: "email" },
  phone: { type: "tel", inputMode: "tel", autoComplete: "tel" },
};

export function ProfileRows({ account }: { account: Account }) {
  const { t } = useTranslation();
  return (
    <>
      <ProfileRow name={t("profile.login")} value={account.login} />
      {OWN.map((own) => (
        <ProfileRow
          key={own}
          name={t(`profile.${own}`)}
          value={account[own] ?? "–"}
          action={t("profile.change")}
          form={(close) => <OwnForm own={own} now={account[own] ?? ""} onClose={close} />}
        />
      ))}
    </>
  );
}

function OwnForm({ own, now, onClose }: { own: Own; now: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(now);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => changeProfile({ [own]: text.trim() }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: accountKey }),
        client.invalidateQueries({ queryKey: keys.session }),
      ]);
      onClose();
    },
  });
  return (
    <SmallForm
      action={t("ui.save")}
      error={error}
      pending={isPending}
      disabled={own === "name" && !text.trim()}
      onSubmit={() => mutate()}
      onCancel={onClose}
    >
      <Input
        {...INPUTS[own]}
        aria-label={t(`profile.${own}`)}
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoFocus
      />
    </SmallForm>
  );
}
