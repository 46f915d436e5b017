/** A phone number: mobiles in groups of 3-4-4 once typed. */
import { Input } from "antd";
import { useTranslation } from "react-i18next";

import { useHint } from "../hint";
import type { EditorProps } from "../protocol";
import { useTyped } from "../useTyped";

const MOBILE = /^(1\d{2})(\d{4})(\d{4})$/;

export default function PhoneEditor(props: EditorProps<string>) {
  const { field, value, onChange, error, autoFocus, id } = props;
  const { t } = useTranslation();
  const typed = useTyped<string>({
    value,
    onChange,
    show: (given) => given.replace(MOBILE, "$1 $2 $3"),
    read: (text) => text.trim().replace(/^(1\d{2})[ -]?(\d{4})[ -]?(\d{4})$/, "$1$2$3"),
  });
  return (
    <Input
      id={id}
      type="tel"
      autoComplete="off"
      autoFocus={autoFocus}
      value={typed.text}
      placeholder={useHint(field, t("fields.phoneHint"))}
      status={error ? "error" : undefined}
      onChange={(event) => typed.type(event.target.value)}
      onBlur={typed.settle}
    />
  );
}
