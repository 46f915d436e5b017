/** Before an app comes or goes: what that would do, then doing it. */
import { Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useFailureText } from "@/ui/Failure";
import { Bar } from "@/ui/Skeleton";

import css from "./Apps.module.css";

interface Props {
  title: string;
  width: number;
  /** What it would do; undefined while that is being found out. */
  plan: ReactNode | undefined;
  /** Why it is not known, or was not done. */
  failure: unknown;
  /** It is being done. */
  busy: boolean;
  ready: boolean;
  verb: string;
  danger?: boolean;
  /** What is asked below the plan. */
  children?: ReactNode;
  onClose: () => void;
  onOk: () => void;
}

export function PlanDialog(props: Props) {
  const { title, width, plan, failure, busy, ready, verb, danger, onClose, onOk } = props;
  const { t } = useTranslation();
  const failureText = useFailureText();
  return (
    <Modal
      open
      width={width}
      title={title}
      onCancel={() => !busy && onClose()}
      mask={{ closable: false }}
      footer={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t("ui.cancel")}
          </Button>
          <Button type="primary" danger={danger} loading={busy} disabled={!ready} onClick={onOk}>
            {verb}
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
        aria-busy={plan === undefined && failure == null}
      >
        {plan ?? (failure == null && <Waiting />)}
      </div>
      {props.children}
      {failure != null && (
        <p role="alert" className={css.wrong}>
          {failureText(failure)}
        </p>
      )}
    </Modal>
  );
}

function Waiting() {
  return (
    <div className={css.plan}>
      {[320, 420, 280, 360].map((width) => (
        <Bar key={width} width={width} height={14} />
      ))}
    </div>
  );
}
