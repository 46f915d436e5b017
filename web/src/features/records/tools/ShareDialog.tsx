/** With whom a record is shared; sharing it, and taking that back. */
import { Button, Modal, Select } from "antd";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { PersonName } from "@/ui/Avatar";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";

import { useShares, useSharing } from "./access";
import type { DialogProps } from "./dialogs";
import { MemberSelect } from "./MemberSelect";
import css from "./Tools.module.css";

export function ShareDialog({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [member, setMember] = useState<string>();
  const [access, setAccess] = useState<"read" | "write">("read");
  const { data } = useShares(object.key, row.id);
  const { mutate, isPending, error } = useSharing(object.key, row.id);
  const options = (["read", "write"] as const).map((value) => ({
    value,
    label: t(`tools.access.${value}`),
  }));

  function share() {
    mutate({ member, access }, { onSuccess: () => setMember(undefined) });
  }

  return (
    <Modal open title={t("tools.share")} footer={null} onCancel={onClose} width={480}>
      <div className={css.asked}>
        <MemberSelect label={t("tools.shareWith")} value={member} onChange={setMember} autoFocus />
        <Select
          aria-label={t("tools.accessLabel")}
          value={access}
          options={options}
          onChange={setAccess}
        />
        <Button type="primary" disabled={!member} loading={isPending} onClick={share}>
          {t("tools.shareNow")}
        </Button>
      </div>
      {error && (
        <p role="alert" className={css.refused}>
          {failureText(error)}
        </p>
      )}
      <ul className={css.shares}>
        {data?.items.length === 0 && (
          <li className={`${css.against} ${css.none}`}>{t("tools.notShared")}</li>
        )}
        {data?.items.map((each) => (
          <li key={each.id}>
            <PersonName name={(each.member ?? each.team)?.title ?? "…"} />
            <span className={css.against}>{t(`tools.access.${each.access}`)}</span>
            <IconButton
              icon={Trash2}
              label={t("tools.shareEnd")}
              onClick={() => mutate({ end: each.id })}
            />
          </li>
        ))}
      </ul>
    </Modal>
  );
}
