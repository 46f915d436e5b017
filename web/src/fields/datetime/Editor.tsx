/** A moment in the workspace's zone: 明天 15:30 and 下午3点 will do. */
import { DayInput } from "../DayInput";
import type { EditorProps } from "../protocol";

export default function DatetimeEditor(props: EditorProps<string>) {
  return <DayInput {...props} timed />;
}
