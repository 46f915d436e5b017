/** A length of time: 1:30, 90分钟 and 2天3小时 will do. */
import { useTranslation } from "react-i18next";

import { useLanguage } from "@/i18n/useLabel";
import { duration } from "@/lib/format/numbers";
import { readDuration } from "@/lib/format/typed";

import { NumberInput } from "../NumberInput";
import type { EditorProps } from "../protocol";

export default function DurationEditor(props: EditorProps<string | number>) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <NumberInput
      {...props}
      show={(value) => duration(value, "clock", language).replace("−", "-")}
      read={readDuration}
      told={(value) =>
        props.field.show && props.field.show !== "clock"
          ? duration(value, props.field.show, language)
          : null
      }
      wrong={t("fields.notDuration")}
    />
  );
}
