/** What kind of file it is, as a sign. */
import {
  File,
  FileAudio,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  Presentation,
} from "lucide-react";

import type { StoredFile } from "@/api/types";
import { kindOf, type PreviewKind } from "@/ui/preview/kinds";

const SIGNS: Record<PreviewKind, typeof File> = {
  image: FileImage,
  pdf: FileText,
  text: FileText,
  docx: FileText,
  table: FileSpreadsheet,
  xlsx: FileSpreadsheet,
  pptx: Presentation,
  sound: FileAudio,
  film: FileVideo,
  other: File,
};

export function FileIcon({ file, size = 16 }: { file: StoredFile; size?: number }) {
  const Sign = SIGNS[kindOf(file)];
  return <Sign size={size} aria-hidden />;
}
