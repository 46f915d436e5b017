/** Demo data goes when asked twice: what was changed since stays unless it is chosen too. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { removeDemo, type AppItem, type Demo } from "@/api/apps";
import { useFailureText } from "@/ui/Failure";

import css from "./Apps.module.css";

interface Props {
  app: AppItem;
  demo: Demo;
  onClose: () => void;
}

export function DemoRemoval({ app, demo, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const [edited, setEdited] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => removeDemo(app.key, edited),
    onSuccess: async ({ records, kept_count: kept }) => {
      await client.invalidateQueries();
      const told = t("apps.demoRemoved", { count: records });
      void message.success(kept > 0 ? told + t("apps.demoKept", { count: kept }) : told);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("apps.demoRemoveTitle")}
      onCancel={() => !isPending && onClose()}
      footer={
        <>
          <Button onClick={onClose} disabled={isPending}>
            {t("ui.cancel")}
          </Button>
          <Button type="primary" danger loading={isPending} onClick={() => mutate()}>
            {t("apps.demoRemove")}
          </Button>
        </>
      }
    >
      <p>{t("apps.demoRemoveLead")}</p>
      {demo.edited > 0 && (
        <div className={css.choice}>
          <Checkbox checked={edited} onChange={(event) => setEdited(event.target.checked)}>
            {t("apps.demoRemoveEdited", { count: demo.edited })}
          </Checkbox>
        </div>
      )}
      <p role="status" className={css.quiet}>
        {isPending && t("apps.demoRemoving")}
      </p>
      {error != null && (
        <p role="alert" className={css.wrong}>
          {failureText(error)}
        </p>
      )}
    </Modal>
  );
}
