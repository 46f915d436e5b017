/** Texts of the catalogue: one for every language, or one string for all. */
export type Language = "zh-CN" | "en";
export type Label = string | { "zh-CN"?: string; en?: string };

export function labelText(label: Label | null | undefined, language: Language): string {
  if (label == null || typeof label === "string") return label ?? "";
  return label[language] ?? label["zh-CN"] ?? label.en ?? "";
}
