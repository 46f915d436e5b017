/** Why a card was not moved, and the way to what is missing. */
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { isProblem, type Problem } from "@/api/problem";
import type { FieldMeta, ObjectMeta, Row, Values } from "@/api/types";
import { formToFill, isToFill, reasons } from "@/fields/toFill";
import { useLabel } from "@/i18n/useLabel";
import { useFailureText } from "@/ui/Failure";

const KEY = "not-moved";
const SECONDS = 8;
/** Long enough to read it and to press its button. */
const SECONDS_TO_ACT = 20;

export function useRefusal(object: ObjectMeta, field: FieldMeta | undefined) {
  const { t } = useTranslation();
  const label = useLabel();
  const navigate = useNavigate();
  const { notification } = App.useApp();
  const failureText = useFailureText();

  function fill(row: Row, values: Values, problem: Problem) {
    notification.destroy(KEY);
    void navigate(...formToFill(row, values, problem));
  }

  return (error: unknown, values: Values, row: Row | undefined) => {
    const to = field?.options?.find(({ key }) => key === values[field.key]);
    const title = t("list.notMoved", { name: label(to?.label) });
    if (!row || !isProblem(error) || !isToFill(object, values, error)) {
      const description = isProblem(error) ? reasons(error) : failureText(error);
      notification.warning({ key: KEY, title, description, duration: SECONDS });
      return;
    }
    notification.warning({
      key: KEY,
      title,
      description: reasons(error),
      duration: SECONDS_TO_ACT,
      actions: (
        <Button size="small" type="primary" onClick={() => fill(row, values, error)}>
          {t("list.fillIn")}
        </Button>
      ),
    });
  };
}
