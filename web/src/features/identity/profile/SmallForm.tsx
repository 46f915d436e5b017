/** Some inputs, save and cancel; what is refused stands below, what was typed stays. */
import { Button } from "antd";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useFailureText } from "@/ui/Failure";

import css from "./ProfilePage.module.css";

interface Props {
  children: ReactNode;
  action: string;
  error: unknown;
  pending: boolean;
  danger?: boolean;
  disabled?: boolean;
  onSubmit: () => void;
  onCancel: () => void;
}

export function SmallForm({ children, action, error, pending, ...rest }: Props) {
  const { t } = useTranslation();
  const failureText = useFailureText();

  function submit(event: FormEvent) {
    event.preventDefault();
    rest.onSubmit();
  }

  return (
    <form
      className={css.form}
      onSubmit={submit}
      onKeyDown={(event) => event.key === "Escape" && rest.onCancel()}
    >
      {children}
      {error != null && (
        <p role="alert" className={css.error}>
          {failureText(error)}
        </p>
      )}
      <div className={css.buttons}>
        <Button
          type="primary"
          htmlType="submit"
          danger={rest.danger}
          disabled={rest.disabled}
          loading={pending}
        >
          {action}
        </Button>
        <Button onClick={rest.onCancel}>{t("ui.cancel")}</Button>
      </div>
    </form>
  );
}
