/** With whom a record is shared; sharing it, and taking that back. */
import { Button, Modal, Select } from "antd";
import { Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { FieldMeta } from "@/api/types";
import { DayInput } from "@/fields/DayInput";
import { exactInstant, instantOf } from "@/lib/format/dates";
import { PersonName } from "@/ui/Avatar";
import { useFailureText } from "@/ui/Failure";
import { IconButton } from "@/ui/IconButton";

import { useShares, useSharing } from "./access";
import type { DialogProps } from "./dialogs";
import { GranteeSelect, type Grantee } from "./GranteeSelect";
import css from "./Tools.module.css";

export function ShareDialog({ object, row, onClose }: DialogProps) {
  const { t } = useTranslation();
  const failureText = useFailureText();
  const [grantee, setGrantee] = useState<Grantee>();
  const [until, setUntil] = useState<string | null>(null);
  const [access, setAccess] = useState<"read" | "write">("read");
  const { data } = useShares(object.key, row.id);
  const { mutate, isPending, error } = useSharing(object.key, row.id);
  const options = (["read", "write"] as const).map((value) => ({
    value,
    label: t(`tools.access.${value}`),
  }));

  function share() {
    // To the end of that day, where the workspace is.
    const expires_at = until ? (instantOf(`${until}T23:59`) ?? undefined) : undefined;
    const wish = { [grantee!.kind]: grantee!.id, access, expires_at };
    mutate(wish, { onSuccess: () => (setGrantee(undefined), setUntil(null)) });
  }

  return (
    <Modal open title={t("tools.share")} footer={null} onCancel={onClose} width={480}>
      <div className={css.asked}>
        <GranteeSelect value={grantee} onChange={setGrantee} />
        <Select
          aria-label={t("tools.accessLabel")}
          value={access}
          options={options}
          onChange={setAccess}
        />
        <DayInput
          field={{ label: t("tools.until") } as FieldMeta}
          hint={t("tools.until")}
          value={until}
          onChange={setUntil}
        />
        <Button type="primary" disabled={!grantee} loading={isPending} onClick={share}>
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
            {each.team ? (
              <span className={css.team}>
                <Users size={15} aria-hidden />
                {each.team.title ?? "…"}
              </span>
            ) : (
              <PersonName name={each.member?.title ?? "…"} />
            )}
            <span className={css.against}>
              {t(`tools.access.${each.access}`)}
              {each.expires_at && ` · ${t("tools.ends", { at: exactInstant(each.expires_at) })}`}
            </span>
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
