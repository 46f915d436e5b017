/** A day: 明天, 下周一 and 8月5日 will do. */
import { DayInput } from "../DayInput";
import type { EditorProps } from "../protocol";

export default function DateEditor(props: EditorProps<string>) {
  return <DayInput {...props} />;
}
