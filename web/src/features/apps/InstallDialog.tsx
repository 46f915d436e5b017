/** Before an app is installed or upgraded: what it would bring and change, then doing it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { appKeys, install, readPlan, type AppItem } from "@/api/apps";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import css from "./Apps.module.css";
import { PlanList } from "./PlanList";

interface Props {
  app: AppItem;
  onClose: () => void;
}

export function InstallDialog({ app, onClose }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();
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
  const failure = error ?? plan.error;
  return (
    <Modal
      open
      width={620}
      title={t(app.installed ? "apps.upgradeTitle" : "apps.planTitle", named)}
      onCancel={() => !isPending && onClose()}
      mask={{ closable: false }}
      footer={
        <>
          <Button onClick={onClose} disabled={isPending}>
            {t("ui.cancel")}
          </Button>
          <Button
            type="primary"
            loading={isPending}
            disabled={!plan.data}
            onClick={() => mutate({ overwrite, confirm: plan.data?.confirm })}
          >
            {t(app.installed ? "apps.upgrade" : "apps.install")}
          </Button>
        </>
      }
    >
      {/* Longer than the dialog it is scrolled, by keys too. */}
      <div
        role="group"
        tabIndex={0}
        className={css.body}
        aria-label={t("apps.impact")}
        aria-busy={plan.isPending}
      >
        {plan.data ? <PlanList plan={plan.data} /> : plan.isPending && <Waiting />}
        {conflicted > 0 && (
          <div className={css.choice}>
            <p>{t("apps.conflicts", { count: conflicted })}</p>
            <Checkbox checked={overwrite} onChange={(event) => setOverwrite(event.target.checked)}>
              {t("apps.overwrite")}
            </Checkbox>
          </div>
        )}
      </div>
      <p role="status" className={css.quiet}>
        {isPending && t("apps.installing")}
      </p>
      {failure != null && (
        <p role="alert" className={css.wrong}>
          {failureText(failure)}
        </p>
      )}
    </Modal>
  );
}

export function Waiting() {
  return (
    <div className={css.plan}>
      {[320, 420, 280, 360].map((width) => (
        <Bar key={width} width={width} height={14} />
      ))}
    </div>
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
