/** What a clock on the workspace's wall shows, for antd's calendar: days without any zone. */
import dayjs, { type Dayjs } from "dayjs";
import utc from "dayjs/plugin/utc";

import { exactInstant } from "@/lib/format/dates";

export type { Dayjs };

// In UTC no hour is skipped or comes twice, whatever the zone of this browser does.
dayjs.extend(utc);
// antd asks a day for `tz` to learn what day it is now; by itself it would be the browser's.
dayjs.extend((_, made) => {
  Object.assign(made.prototype, { tz: () => wall(exactInstant(new Date().toISOString())) });
});

/** `2026-01-31`, or `2026-01-31 09:30`. */
export function wall(local: string): Dayjs {
  return dayjs.utc(local);
}
