/** Pictures, chosen, dropped or pasted. */
import { useTranslation } from "react-i18next";

import type { StoredFile } from "@/api/types";

import { FilesEditor } from "../FilesEditor";
import type { EditorProps } from "../protocol";

export default function ImageEditor(props: EditorProps<StoredFile[]>) {
  const { t } = useTranslation();
  return <FilesEditor {...props} label={t("fields.choosePictures")} />;
}
