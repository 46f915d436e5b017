/** Yes or no. */
import { Switch } from "antd";

import type { EditorProps } from "../protocol";

export default function BooleanEditor(props: EditorProps<boolean>) {
  const { value, onChange, autoFocus, id } = props;
  return (
    <span>
      <Switch id={id} autoFocus={autoFocus} checked={value === true} onChange={onChange} />
    </span>
  );
}
