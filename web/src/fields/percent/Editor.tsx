/** A fraction, typed as percent: 12.5 means 12.5 %. */
import Decimal from "decimal.js";

import { readNumber } from "@/lib/format/typed";

import { NumberInput } from "../NumberInput";
import type { EditorProps } from "../protocol";

const Exact = Decimal.clone({ precision: 60, toExpNeg: -40, toExpPos: 40 });

export default function PercentEditor(props: EditorProps<string | number>) {
  return <NumberInput {...props} suffix="%" show={inHundreds} read={readPercent} />;
}

function inHundreds(value: string | number): string {
  return new Exact(value).times(100).toFixed();
}

function readPercent(text: string): string | null {
  const plain = text.trim();
  return readNumber(/[%‰％]$/.test(plain) ? plain : `${plain}%`);
}
