/** Records by day; dragging one to another day changes its date. */
import type { DatesSetArg, EventDropArg } from "@fullcalendar/core";
import enGb from "@fullcalendar/core/locales/en-gb";
import zhCn from "@fullcalendar/core/locales/zh-cn";
import dayGrid from "@fullcalendar/daygrid";
import interaction from "@fullcalendar/interaction";
import FullCalendar from "@fullcalendar/react";
import { App } from "antd";
import { CalendarOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { fieldOf } from "@/api/catalogue";
import { useRecordRange, valueOf } from "@/api/records";
import type { FieldMeta, Row } from "@/api/types";
import { useCarefulWrite } from "@/fields/useCarefulWrite";
import { useLanguage } from "@/i18n/useLabel";
import { instantOf, moment, shownZone } from "@/lib/format/dates";
import { Empty } from "@/ui/Empty";
import { useFailureText } from "@/ui/Failure";
import { useNarrow } from "@/ui/useMedia";

import type { LookProps } from "../list/ListPage";
import { colourOf } from "../state/colour";
import { settingsFor } from "../state/settings";
import { both } from "../state/within";
import "./calendar.css";

const MOST = 500;
/** Whole and below each other: the library says 9:04, and 10时 for the full hour. */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
/** As many columns as a phone has room for. */
const FEW_DAYS = {
  few: {
    type: "dayGrid",
    duration: { days: 3 },
    dayHeaderFormat: { weekday: "short", day: "numeric" },
  },
} as const;

export default function Calendar(props: LookProps) {
  const { object, look } = props;
  const { t } = useTranslation();
  const settings = settingsFor("calendar", object, look);
  const start = settings ? fieldOf(object, settings.start) : undefined;
  if (!start) return <Empty icon={CalendarOff} text={t("list.noDate")} />;
  return (
    <Days
      {...props}
      start={start}
      end={settings?.end ? fieldOf(object, settings.end) : undefined}
    />
  );
}

interface Props extends LookProps {
  start: FieldMeta;
  end?: FieldMeta;
}

function Days({ object, look, start, end, onPeek }: Props) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const language = useLanguage();
  const { message } = App.useApp();
  const failureText = useFailureText();
  const { write, dialog } = useCarefulWrite(object, refuse);
  const [range, setRange] = useState<string>();
  const fields = [object.title_field, start.key, end?.key, look.view?.colour_by];
  const { data } = useRecordRange(
    object.key,
    {
      filter: both(look.filter, range ?? ""),
      q: look.q,
      sort: start.key,
      fields: [...new Set(fields)].filter((key) => key != null).join(","),
    },
    MOST,
    range != null,
  );

  function onDates({ startStr, endStr }: DatesSetArg) {
    setRange(`[${start.key}] >= ${day(startStr)} AND [${start.key}] < ${day(endStr)}`);
  }

  async function onDrop({ event, revert }: EventDropArg) {
    const row = event.extendedProps.row as Row;
    const value = movedTo(start, String(valueOf(row, start)), event.startStr);
    const told = t("list.moved", { name: event.startStr.slice(0, 10) });
    let written = false;
    const onDone = () => (written = true);
    const refused = await write({ row, values: { [start.key]: value }, told, onDone });
    if (!written) revert();
    if (refused !== undefined) refuse(refused);
  }

  function refuse(error: unknown) {
    void message.warning(failureText(error));
  }

  return (
    <div className="calendar">
      <FullCalendar
        plugins={[dayGrid, interaction]}
        locales={[zhCn, enGb]}
        locale={language === "en" ? "en-gb" : "zh-cn"}
        timeZone={shownZone()}
        now={() => local(new Date().toISOString())}
        initialView={narrow ? "few" : "dayGridMonth"}
        views={FEW_DAYS}
        height="100%"
        dayMaxEvents={narrow ? 14 : true}
        // The library's icons are a font inside its style, which the policy of the page refuses.
        buttonIcons={false}
        buttonText={{ prev: "‹", next: "›", today: t("fields.today") }}
        dayCellContent={({ date }) => date.getUTCDate()}
        // Read to people as what they are: a day by all that stands in it, a link as a button.
        dayCellDidMount={({ el }) => el.removeAttribute("aria-labelledby")}
        moreLinkDidMount={({ el }) => el.setAttribute("role", "button")}
        moreLinkContent={({ num }) => `+${num}`}
        eventTimeFormat={CLOCK}
        headerToolbar={{ start: "title", center: "", end: "today prev,next" }}
        datesSet={onDates}
        events={(data?.items ?? []).map((row) =>
          eventOf(row, start, end, colourOf(object, look.view?.colour_by, row)),
        )}
        eventStartEditable={start.writable}
        eventDrop={(moved) => void onDrop(moved)}
        eventClick={({ event }) => onPeek(event.id)}
      />
      {dialog}
      {data?.next && <p className="calendar-more">{t("list.tooMany", { count: MOST })}</p>}
    </div>
  );
}

function eventOf(row: Row, start: FieldMeta, end: FieldMeta | undefined, colour?: string) {
  const from = String(valueOf(row, start));
  const until = end ? valueOf(row, end) : null;
  return {
    id: row.id,
    title: row.title ?? "",
    start: local(from),
    end: until ? local(String(until)) : undefined,
    allDay: start.kind === "date",
    borderColor: colour,
    extendedProps: { row },
  };
}

/** FullCalendar without a zone plug-in takes wall clocks. */
function local(iso: string): string {
  if (iso.length === 10) return iso;
  const { date, time } = moment(iso);
  return `${date}T${time}:00`;
}

/** The same time of another day. */
function movedTo(field: FieldMeta, before: string, to: string): string | null {
  const date = to.slice(0, 10);
  return field.kind === "date" ? date : instantOf(`${date}T${moment(before).time}`);
}

function day(iso: string): string {
  const [year, month, date] = iso.slice(0, 10).split("-").map(Number);
  return `DATE(${year},${month},${date})`;
}
