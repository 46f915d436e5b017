/** Taking an import back: what that means, done only after it has been read; then what was kept. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { importKeys, takeBack, type ImportDocument } from "@/api/imports";
import { useFailureText } from "@/ui/Failure";

import { MEMBER, type Target } from "../target";
import css from "../Transfer.module.css";

interface Props {
  made: ImportDocument;
  target: Target;
  onClose: () => void;
}

export function RevertDialog({ made, target, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const failureText = useFailureText();
  const [further, setFurther] = useState(true);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => takeBack(made.id, further && made.consequences > 0),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["records"] });
      await client.invalidateQueries({ queryKey: importKeys.all });
    },
  });
  const members = target.key === MEMBER;
  const counted = { count: data?.records ?? 0 };
  return (
    <Modal
      open
      title={t(data ? "transfer.reverted" : "transfer.revert")}
      onCancel={onClose}
      footer={
        data ? (
          <Button type="primary" onClick={onClose}>
            {t("ui.close")}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("ui.cancel")}</Button>
            <Button type="primary" danger loading={isPending} onClick={() => mutate()}>
              {t("transfer.revertNow")}
            </Button>
          </>
        )
      }
    >
      {data ? (
        <div className={css.consequences} role="status">
          <p>{t(members ? "transfer.membersBack" : "transfer.revertedCount", counted)}</p>
          {data.kept_count > 0 && <p>{t("transfer.kept", { count: data.kept_count })}</p>}
          <ul>
            {data.kept.slice(0, 20).map((each) => (
              <li key={each.id}>
                {!members && (
                  <Link to={`/o/${each.object}/${each.id}`}>{t("transfer.thatRecord")}</Link>
                )}{" "}
                {each.message}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <Consequences made={made} target={target} further={further} onFurther={setFurther} />
      )}
      {error != null && (
        <p className={css.wrong} role="alert">
          {failureText(error)}
        </p>
      )}
    </Modal>
  );
}

interface WhatProps extends Omit<Props, "onClose"> {
  further: boolean;
  onFurther: (further: boolean) => void;
}

function Consequences({ made, target, further, onFurther }: WhatProps) {
  const { t } = useTranslation();
  const { create, update, made: along } = made.counts;
  const members = target.key === MEMBER;
  const others = Object.values(along).reduce((sum, each) => sum + each, 0);
  return (
    <div className={css.consequences}>
      <ul>
        {create > 0 && members && <li>{t("transfer.membersGo", { count: create })}</li>}
        {create > 0 && !members && (
          <li>{t("transfer.willDelete", { count: create, name: target.name })}</li>
        )}
        {update > 0 && <li>{t("transfer.willRestore", { count: update, name: target.name })}</li>}
        {others > 0 && (
          <li>
            {t(members ? "transfer.membersAlong" : "transfer.willDeleteAlong", { count: others })}
          </li>
        )}
        <li>{t(members ? "transfer.membersKept" : "transfer.willKeep")}</li>
      </ul>
      {made.consequences > 0 && (
        <Checkbox checked={further} onChange={(event) => onFurther(event.target.checked)}>
          {t("transfer.willFurther", { count: made.consequences })}
        </Checkbox>
      )}
    </div>
  );
}
