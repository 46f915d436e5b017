/** An address to write to. */
import { TypedText } from "../TypedText";
import type { EditorProps } from "../protocol";

export default function EmailEditor(props: EditorProps<string>) {
  return <TypedText {...props} mode="email" placeholder="name@example.com" />;
}
