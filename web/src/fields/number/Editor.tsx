/** A number with its unit. */
import { useLabel } from "@/i18n/useLabel";

import { NumberInput } from "../NumberInput";
import type { EditorProps } from "../protocol";

export default function NumberEditor(props: EditorProps<string | number>) {
  const unit = useLabel()(props.field.unit);
  return <NumberInput {...props} suffix={unit || undefined} />;
}
