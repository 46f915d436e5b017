/** A web address; https:// may be left out. */
import { TypedText } from "../TypedText";
import type { EditorProps } from "../protocol";

export default function UrlEditor(props: EditorProps<string>) {
  return <TypedText {...props} mode="url" placeholder="www.example.com" />;
}
