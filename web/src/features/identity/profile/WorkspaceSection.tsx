/** What the workspace is called: for who may change roles. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { renameWorkspace, useSession } from "@/api/session";

import { ProfileRow } from "./ProfileRow";
import { SmallForm } from "./SmallForm";

const LONGEST = 100;

export function WorkspaceSection() {
  const { t } = useTranslation();
  const { data: session } = useSession();
  if (!session?.rights.includes("roles.change")) return null;
  const { name } = session.workspace;
  return (
    <section>
      <h2>{t("profile.workspace")}</h2>
      <ul>
        <ProfileRow
          name={t("profile.workspaceName")}
          value={name}
          action={t("profile.change")}
          form={(close) => <NameForm now={name} onClose={close} />}
        />
      </ul>
    </section>
  );
}

function NameForm({ now, onClose }: { now: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState(now);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => renameWorkspace(client, name.trim()),
    onSuccess: onClose,
  });
  return (
    <SmallForm
      action={t("ui.save")}
      error={error}
      pending={isPending}
      disabled={!name.trim()}
      onSubmit={() => mutate()}
      onCancel={onClose}
    >
      <Input
        aria-label={t("profile.workspaceName")}
        value={name}
        maxLength={LONGEST}
        onChange={(event) => setName(event.target.value)}
        autoFocus
      />
    </SmallForm>
  );
}
