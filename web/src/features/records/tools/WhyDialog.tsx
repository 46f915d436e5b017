/** What a member may do with a record, and every reason for and against. */
import { Modal } from "antd";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Failure } from "@/ui/Failure";

import { useAccess } from "./access";
import type { DialogProps } from "./dialogs";
import { MemberSelect } from "./MemberSelect";
import css from "./Tools.module.css";

const VERBS = ["read", "update", "delete", "transfer", "share", "export"];

export function WhyDialog({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [member, setMember] = useState<string>();
  const { data, error, refetch } = useAccess(object.key, row.id, member);
  return (
    <Modal open title={t("tools.why")} footer={null} onCancel={onClose} width={560}>
      <MemberSelect label={t("tools.whyMember")} value={member} onChange={setMember} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <ul className={css.verbs} aria-busy={!data}>
        {data &&
          VERBS.map((verb) => (
            <li key={verb}>
              <p>
                {data.verbs[verb] ? (
                  <Check size={14} className={css.yes} aria-label={t("fields.yes")} />
                ) : (
                  <X size={14} className={css.no} aria-label={t("fields.no")} />
                )}
                <strong>{t(`tools.verbs.${verb}`)}</strong>
              </p>
              {data.reasons
                .filter((reason) => reason.verb === verb)
                .map((reason, at) => (
                  <p key={at} className={reason.holds ? css.reason : css.against}>
                    {reason.message}
                  </p>
                ))}
            </li>
          ))}
      </ul>
    </Modal>
  );
}
