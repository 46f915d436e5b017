/** Handing a record over to a colleague. */
import { Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useWrite } from "@/api/records";
import { useFailureText } from "@/ui/Failure";
import { useUndo } from "@/ui/useUndo";

import type { DialogProps } from "./dialogs";
import { MemberSelect } from "./MemberSelect";
import css from "./Tools.module.css";

export function TransferDialog({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const tell = useUndo();
  const [member, setMember] = useState<string>();
  const { mutateAsync, isPending, error } = useWrite();

  async function transfer() {
    const { id, version } = row;
    const values = { owner: member };
    try {
      const change = { op: "update" as const, object: object.key, id, version, values };
      const done = await mutateAsync({ changes: [change] });
      tell(t("tools.transferred"), done.id);
      onClose();
    } catch {
      // Told below; the choice stays.
    }
  }

  return (
    <Modal
      open
      title={t("tools.transfer")}
      okText={t("tools.transfer")}
      okButtonProps={{ disabled: !member, loading: isPending }}
      onOk={() => void transfer()}
      onCancel={onClose}
      width={420}
    >
      <div className={css.stack}>
        <p className={css.against}>{t("tools.ownerNow", { name: row.owner?.title ?? "–" })}</p>
        <MemberSelect label={t("tools.transferTo")} value={member} onChange={setMember} autoFocus />
      </div>
      {error && (
        <p role="alert" className={css.refused}>
          {failureText(error)}
        </p>
      )}
    </Modal>
  );
}
