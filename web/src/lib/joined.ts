/** Several names in one sentence: `甲、乙`, `A, B`. */
import type { Language } from "./label";

export function joined(names: readonly string[], language: Language): string {
  return names.join(language === "zh-CN" ? "、" : ", ");
}
