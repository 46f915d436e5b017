/** A day from the calendar, or typed. */
import { DatePicker } from "antd";
import dayjs from "dayjs";

import type { EditorProps } from "../protocol";

export default function DateEditor(props: EditorProps<string>) {
  const { value, onChange, error, autoFocus, id } = props;
  return (
    <DatePicker
      id={id}
      autoFocus={autoFocus}
      value={value ? dayjs(value) : null}
      status={error ? "error" : undefined}
      format={["YYYY-MM-DD", "YYYY/M/D", "YYYY年M月D日", "YYYYMMDD"]}
      onChange={(chosen) => onChange(chosen ? chosen.format("YYYY-MM-DD") : null)}
    />
  );
}
