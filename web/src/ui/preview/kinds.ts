/** How a file is shown, by the type the server found in its content. */
import type { StoredFile } from "@/api/types";

export type PreviewKind =
  "image" | "pdf" | "sound" | "film" | "text" | "table" | "docx" | "xlsx" | "pptx" | "other";

const BY_TYPE: Record<string, PreviewKind> = {
  "application/pdf": "pdf",
  "application/json": "text",
  "text/csv": "table",
  "text/plain": "text",
  "text/markdown": "text",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
};
// A browser shows these; what else calls itself a picture is offered for download.
const PICTURE = /^image\/(png|jpeg|gif|webp|bmp|avif)$/;
const RECORDED = /^recording-[\d-]+\.webm$/;

export function kindOf({ type, name }: Pick<StoredFile, "type" | "name">): PreviewKind {
  if (PICTURE.test(type)) return "image";
  // A recording made here is a film without pictures.
  if (type.startsWith("audio/") || (type === "video/webm" && RECORDED.test(name))) return "sound";
  if (type.startsWith("video/")) return "film";
  return BY_TYPE[type] ?? "other";
}
