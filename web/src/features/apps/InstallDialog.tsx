/** Before an app is installed or upgraded: what it would bring and change, then doing it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { appKeys, install, readPlan, type AppItem } from "@/api/apps";
import { useLabel } from "@/i18n/useLabel";

import css from "./Apps.module.css";
import { PlanDialog } from "./PlanDialog";
import { PlanList } from "./PlanList";

interface Props {
  app: AppItem;
  onClose: () => void;
}

export function InstallDialog({ app, onClose }: Props) {
  const { t } = useTranslation();
  const [overwrite, setOverwrite] = useState(false);
  const [conflicted, setConflicted] = useState(0);
  const plan = useQuery({
    queryKey: appKeys.plan(app.key, "install", overwrite),
    queryFn: () => readPlan(app.key, overwrite),
    // What others change meanwhile belongs to the plan.
    staleTime: 0,
    gcTime: 0,
  });
  const conflicts = plan.data?.conflicts.length ?? 0;
  if (conflicts > conflicted) setConflicted(conflicts);
  const { mutate, isPending, error } = useInstall(app, onClose);
  const named = { name: useLabel()(app.label), version: app.version };
  return (
    <PlanDialog
      title={t(app.installed ? "apps.upgradeTitle" : "apps.planTitle", named)}
      width={620}
      plan={plan.data && <PlanList plan={plan.data} />}
      failure={error ?? plan.error}
      busy={isPending}
      ready={plan.data != null}
      verb={t(app.installed ? "apps.upgrade" : "apps.install")}
      onClose={onClose}
      onOk={() => mutate({ overwrite, confirm: plan.data?.confirm })}
    >
      {conflicted > 0 && (
        <div className={css.choice}>
          <p>{t("apps.conflicts", { count: conflicted })}</p>
          <Checkbox checked={overwrite} onChange={(event) => setOverwrite(event.target.checked)}>
            {t("apps.overwrite")}
          </Checkbox>
        </div>
      )}
      <p role="status" className={css.quiet}>
        {isPending && t("apps.installing")}
      </p>
    </PlanDialog>
  );
}

function useInstall(app: AppItem, onClose: () => void) {
  const { t } = useTranslation();
  const label = useLabel();
  const client = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: (wish: { overwrite: boolean; confirm?: string | null }) => install(app.key, wish),
    onSuccess: async () => {
      // New lists, views, rights: nothing that was read holds any more.
      await client.invalidateQueries();
      const told = { name: label(app.label), version: app.version };
      void message.success(t(app.installed ? "apps.upgraded" : "apps.installed", told));
      onClose();
    },
    onError: () => client.invalidateQueries({ queryKey: appKeys.all }),
  });
}
