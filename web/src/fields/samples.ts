/** One field of every type with a value, as the catalogue and the server would send them. */
import { PLAIN_FIELD } from "@/api/catalogue";
import type { FieldMeta } from "@/api/types";

const OPTIONS = [
  { key: "new", label: { "zh-CN": "新建", en: "New" }, colour: "blue" },
  { key: "doing", label: { "zh-CN": "进行中", en: "Doing" }, colour: "orange" },
  { key: "won", label: { "zh-CN": "赢单", en: "Won" }, colour: "green" },
];
const LEVELS = [
  {
    key: "manufacturing",
    label: { "zh-CN": "制造业", en: "Manufacturing" },
    options: [
      { key: "cars", label: { "zh-CN": "汽车", en: "Cars" } },
      { key: "tools", label: { "zh-CN": "机床", en: "Machine tools" } },
    ],
  },
  { key: "retail", label: { "zh-CN": "零售", en: "Retail" } },
];

/** Type, kind, value, settings. */
type Sample = [type: string, kind: string, value: unknown, settings?: Partial<FieldMeta>];

const SAMPLES: Sample[] = [
  ["text", "text", "明远科技"],
  ["long_text", "text", "第一行\n第二行"],
  ["rich_text", "text", "<p>会议<strong>纪要</strong></p>"],
  ["number", "number", "1234.5", { unit: "kg" }],
  ["integer", "number", 42],
  ["money", "number", "12345678.9", { currency: "CNY", decimals: 2 }],
  ["percent", "number", "0.125"],
  ["duration", "number", 5400],
  ["date", "date", "2026-01-31"],
  ["datetime", "datetime", "2026-01-31T01:30:00Z"],
  ["boolean", "bool", true],
  ["select", "select", "doing", { options: OPTIONS }],
  ["multi_select", "multi", ["new", "won"], { options: OPTIONS }],
  ["tags", "multi", ["重点", "展会"]],
  ["cascade", "select", "manufacturing/cars", { options: LEVELS }],
  ["region", "text", "4403"],
  ["phone", "text", "13800138000"],
  ["email", "text", "li.wei@example.com"],
  ["url", "text", "https://example.com/path"],
  ["code", "text", "CL-2026-0042", { symbology: "qr" }],
  ["reference", "ref", null, { object: "account" }],
  ["member", "ref", null],
  ["team", "ref", null],
  ["file", "refs", null],
  ["image", "refs", null, { accept: ["image/*"] }],
  ["photo", "refs", null, { watermark: true, gallery: false }],
  ["audio", "refs", null],
  ["signature", "refs", null, { max_files: 1 }],
  ["location", "json", { lng: 121.4737, lat: 31.2304, address: "上海市黄浦区" }],
  ["json", "json", { a: [1, 2] }],
  ["autonumber", "text", "D-2026-0042", { writable: false, pattern: "D-{YYYY}-{0000}" }],
  ["formula", "number", "128000", { writable: false, formula: "[数量] * [单价]" }],
  ["rollup", "number", "12", { writable: false, function: "COUNT" }],
  ["lookup", "text", "华东", { writable: false }],
  ["lines", "children", [{}, {}], { writable: false }],
];

export interface Shown {
  field: FieldMeta;
  value: unknown;
}

export const SHOWN: Shown[] = SAMPLES.map(([type, kind, value, settings], position) => ({
  value,
  field: {
    ...PLAIN_FIELD,
    id: type,
    key: type,
    label: type,
    type,
    kind,
    read_only: false,
    writable: true,
    position,
    ...settings,
  },
}));
