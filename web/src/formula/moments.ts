/** Moments as microseconds since 1970 (UTC), and their local time in a time zone. */
import { dateText, dayOf, pad } from "./calendar";

const DAY = 86_400;
const MICRO = 1_000_000n;
/** 0001-01-03 to 9999-12-29: every local time of these is in the calendar, too. */
const FIRST = -62_135_424_000n * MICRO;
const LAST = 253_402_041_600n * MICRO;
const FIRST_MIDNIGHT = dayOf(1, 1, 3);
const LAST_MIDNIGHT = dayOf(9999, 12, 29);
const REMEMBERED = 2_000;

/** A local time: its day and the microsecond of it. */
export interface Local {
  date: number;
  micro: bigint;
}

export function inCalendar(moment: bigint): bigint | null {
  return moment < FIRST || moment > LAST ? null : moment;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** A moment as it travels; one without an offset is local time of the zone. */
export function parseMoment(text: string, zone: Zone): bigint | null {
  const found = ISO.exec(text);
  if (!found) return null;
  const part = (index: number) => Number(found[index] ?? 0);
  const date = dayOf(part(1), part(2), part(3));
  const micro = BigInt((found[7] ?? "").padEnd(6, "0") || "0");
  const second = part(4) * 3600 + part(5) * 60 + part(6);
  const offset = found[8];
  if (!offset) return zone.moment({ date, micro: BigInt(second) * MICRO + micro });
  const sign = offset.startsWith("-") ? -1 : 1;
  const minutes =
    offset === "Z" ? 0 : sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2)));
  return (BigInt(date) * BigInt(DAY) + BigInt(second - minutes * 60)) * MICRO + micro;
}

/** As it travels: UTC, the fraction only where there is one. */
export function momentText(moment: bigint): string {
  const { date, micro } = split(moment);
  const fraction = micro % MICRO;
  const shown = fraction ? `.${String(fraction).padStart(6, "0")}` : "";
  const second = Number(micro / MICRO);
  return `${dateText(date)}T${clock(second)}:${pad(second % 60, 2)}${shown}Z`;
}

/** HH:mm of a second of the day. */
export function clock(second: number): string {
  return `${pad(Math.floor(second / 3600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}`;
}

function split(micros: bigint): Local {
  const size = BigInt(DAY) * MICRO;
  let date = micros / size;
  if (micros % size < 0n) date -= 1n;
  return { date: Number(date), micro: micros - date * size };
}

/** A time zone by its IANA name. RangeError for one the browser does not know. */
export class Zone {
  private readonly format: Intl.DateTimeFormat;
  private readonly known = new Map<number, number>();

  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  local(moment: bigint): Local {
    const { date, micro } = split(moment);
    const second = date * DAY + Number(micro / MICRO);
    return split(moment + BigInt(this.offset(second)) * MICRO);
  }

  /** In a gap or an overlap the offset is the lesser one: standard time. */
  moment(local: Local): bigint {
    const second = local.date * DAY + Number(local.micro / MICRO);
    const around = [this.offset(second - DAY), this.offset(second + DAY)] as const;
    const fitting = around.filter((offset) => this.offset(second - offset) === offset);
    const offset = Math.min(...(fitting.length === 1 ? fitting : around));
    return BigInt(local.date * DAY - offset) * MICRO + local.micro;
  }

  midnight(date: number): bigint | null {
    if (date < FIRST_MIDNIGHT || date > LAST_MIDNIGHT) return null;
    return this.moment({ date, micro: 0n });
  }

  text(moment: bigint): string {
    const { date, micro } = this.local(moment);
    return `${dateText(date)} ${clock(Number(micro / MICRO))}`;
  }

  /** Seconds east of Greenwich at a second since 1970. */
  private offset(second: number): number {
    const known = this.known.get(second);
    if (known !== undefined) return known;
    const found: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(second * 1000)) {
      found[type] = Number(value);
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: s = 0 } = found;
    const shown = dayOf(year, month, day) * DAY + hour * 3600 + minute * 60 + s;
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(second, shown - second);
    return shown - second;
  }
}

const zones = new Map<string, Zone>();

export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) zones.set(name, (zone = new Zone(name)));
  return zone;
}
