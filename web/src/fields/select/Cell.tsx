/** The chosen option. */
import { OptionTag } from "../OptionTag";
import type { CellProps } from "../protocol";

export default function SelectCell({ field, value }: CellProps<string>) {
  const option = field.options?.find((each) => each.key === value);
  return <OptionTag option={option} fallback={value} />;
}
