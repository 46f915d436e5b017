/** An amount: 3.2万 will do; while typing it is said in 万/亿 and, for yuan, in capitals. */
import { rmb } from "@/formula/texts";
import { num } from "@/formula/numbers";
import { useLanguage } from "@/i18n/useLabel";
import { currencySign, rough } from "@/lib/format/numbers";

import { NumberInput } from "../NumberInput";
import type { EditorProps } from "../protocol";

export default function MoneyEditor(props: EditorProps<string | number>) {
  const language = useLanguage();
  const { currency = "CNY" } = props.field;
  function told(value: string | number): string {
    const short = rough(value, language, props.field);
    const parts = /\d$/.test(short) ? [] : [`≈ ${short}`];
    if (currency === "CNY") parts.push(rmb(num(value)) ?? "");
    return parts.filter(Boolean).join(" · ");
  }
  return <NumberInput {...props} prefix={currencySign(currency).trim()} told={told} />;
}
