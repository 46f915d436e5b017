/** What every dialog about a record is given. */
import type { ObjectMeta, Row } from "@/api/types";

export interface DialogProps {
  object: ObjectMeta;
  row: Row;
  onClose: () => void;
}
