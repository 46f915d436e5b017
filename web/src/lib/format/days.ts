/** Days as people name them: 明天, 下周一, 3天后, 月底, 8月5日, tomorrow. Weeks begin on Monday. */
import dayjs, { type Dayjs } from "dayjs";

const NEAR: Record<string, number> = {
  大前天: -3,
  前天: -2,
  昨天: -1,
  今天: 0,
  今日: 0,
  明天: 1,
  明日: 1,
  后天: 2,
  大后天: 3,
  yesterday: -1,
  today: 0,
  tomorrow: 1,
};
const WEEKDAYS = "一二三四五六日";
const ENGLISH = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const STEPS: Record<string, "day" | "week" | "month"> = {
  天: "day",
  日: "day",
  周: "week",
  星期: "week",
  个月: "month",
};

/** The day meant, as `2026-01-31`; null when the words name none. `today` is the reader's day. */
export function readDay(text: string, today: string): string | null {
  const plain = text.normalize("NFKC").trim().toLowerCase();
  const base = dayjs(today);
  const found = READERS.map((read) => read(plain, base)).find((each) => each != null);
  return found ? found.format("YYYY-MM-DD") : null;
}

type Read = (text: string, today: Dayjs) => Dayjs | null;

const READERS: Read[] = [near, later, weekday, englishWeekday, endOf, dated, ofThisYear, ofMonth];

function near(text: string, today: Dayjs): Dayjs | null {
  const days = NEAR[text];
  return days == null ? null : today.add(days, "day");
}

function later(text: string, today: Dayjs): Dayjs | null {
  const match = /^(\d{1,4})\s*(天|日|周|星期|个月)(后|之后|前|之前)$/.exec(text);
  if (!match) return null;
  const count = Number(match[1]) * (match[3]!.endsWith("后") ? 1 : -1);
  return today.add(count, STEPS[match[2]!]!);
}

function weekday(text: string, today: Dayjs): Dayjs | null {
  const match = /^(上上|上|本|这|下|下下)?个?(?:周|星期|礼拜)([一二三四五六日天])$/.exec(text);
  if (!match) return null;
  const weeks = { 上上: -2, 上: -1, 下: 1, 下下: 2 }[match[1] ?? ""] ?? 0;
  const at = WEEKDAYS.indexOf(match[2] === "天" ? "日" : match[2]!);
  return monday(today).add(weeks * 7 + at, "day");
}

function englishWeekday(text: string, today: Dayjs): Dayjs | null {
  const match = /^(next |last |this )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*$/.exec(text);
  if (!match) return null;
  const weeks = { "next ": 1, "last ": -1 }[match[1] ?? ""] ?? 0;
  return monday(today).add(weeks * 7 + ENGLISH.indexOf(match[2]!), "day");
}

function endOf(text: string, today: Dayjs): Dayjs | null {
  if (text === "月底" || text === "本月底") return today.endOf("month");
  if (text === "下月底") return today.add(1, "month").endOf("month");
  if (text === "年底") return today.endOf("year");
  return null;
}

function dated(text: string): Dayjs | null {
  const match =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return match && real(Number(match[1]), Number(match[2]), Number(match[3]));
}

function ofThisYear(text: string, today: Dayjs): Dayjs | null {
  const match = /^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$/.exec(text);
  return match && real(today.year(), Number(match[1]), Number(match[2]));
}

function ofMonth(text: string, today: Dayjs): Dayjs | null {
  const match = /^(下个?月)?(\d{1,2})[日号]$/.exec(text);
  if (!match) return null;
  const month = match[1] ? today.startOf("month").add(1, "month") : today;
  return real(month.year(), month.month() + 1, Number(match[2]));
}

/** The 31st of February is no day. */
function real(year: number, month: number, day: number): Dayjs | null {
  const made = dayjs(new Date(year, month - 1, day));
  return made.month() === month - 1 && made.date() === day ? made : null;
}

function monday(day: Dayjs): Dayjs {
  return day.subtract((day.day() + 6) % 7, "day");
}

const TIME = /(?:^|\s)(上午|早上|中午|下午|晚上)?\s*(\d{1,2})(?:[:点时]\s*(\d{1,2})?(半)?分?)$/;

/** Day and time, such as `明天 下午3点半`, as `2026-01-31T15:30`; a day alone is its midnight. */
export function readMoment(text: string, today: string): string | null {
  const plain = text.normalize("NFKC").trim();
  const match = TIME.exec(plain);
  if (!match) {
    const day = readDay(plain, today);
    return day && `${day}T00:00`;
  }
  const [whole, part = "", hours, minutes = "", half] = match;
  const day = readDay(plain.slice(0, plain.length - whole.length) || "今天", today);
  const late = (part === "下午" || part === "晚上") && Number(hours) < 12 ? 12 : 0;
  const at = [Number(hours) + late, half ? 30 : Number(minutes)] as const;
  if (!day || at[0] > 23 || at[1] > 59) return null;
  return `${day}T${at.map((each) => String(each).padStart(2, "0")).join(":")}`;
}
