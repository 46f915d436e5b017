/** Files of any kind the field accepts. */
import type { StoredFile } from "@/api/types";

import { FilesEditor } from "../FilesEditor";
import type { EditorProps } from "../protocol";

export default function FileEditor(props: EditorProps<StoredFile[]>) {
  return <FilesEditor {...props} />;
}
