/** The sheets of a workbook as text: what each cell shows, days as days. */
import { all, attribute, type Archive } from "./archive";

export interface Sheet {
  name: string;
  rows: string[][];
}

/** One more than what is shown, so that a cut is told. */
const [ROWS, COLUMNS, SHEETS] = [501, 61, 30];
const LONGEST = 1_000;

export function sheetsOf(file: Archive): Sheet[] {
  const shared = all(file.xml("xl/sharedStrings.xml"), "si").map(said);
  const days = dayStyles(file);
  const paths = pathsOf(file);
  return all(file.xml("xl/workbook.xml"), "sheet")
    .slice(0, SHEETS)
    .map((sheet) => {
      const part = file.xml(paths.get(attribute(sheet, "id")) ?? "");
      return { name: attribute(sheet, "name"), rows: rowsOf(part, shared, days) };
    });
}

/** Sheets are named in the workbook and found by a list beside it. */
function pathsOf(file: Archive): Map<string, string> {
  const listed = all(file.xml("xl/_rels/workbook.xml.rels"), "Relationship");
  return new Map(
    listed.map((each) => {
      const target = attribute(each, "Target").replace(/^\/?(xl\/)?/, "");
      return [attribute(each, "Id"), `xl/${target}`];
    }),
  );
}

function rowsOf(sheet: Document | null, shared: string[], days: Set<number>): string[][] {
  const rows: string[][] = [];
  for (const row of all(sheet, "row")) {
    const at = Number(attribute(row, "r") || rows.length + 1) - 1;
    if (at >= ROWS) break;
    while (rows.length < at) rows.push([]);
    const cells: string[] = [];
    for (const cell of all(row, "c")) {
      const column = columnOf(attribute(cell, "r")) ?? cells.length;
      if (column >= COLUMNS) break;
      while (cells.length < column) cells.push("");
      cells.push(shownOf(cell, shared, days).slice(0, LONGEST));
    }
    rows.push(cells);
  }
  return rows;
}

function shownOf(cell: Element, shared: string[], days: Set<number>): string {
  const type = attribute(cell, "t");
  if (type === "inlineStr") return said(cell);
  const value = all(cell, "v")[0]?.textContent ?? "";
  if (type === "s") return shared[Number(value)] ?? "";
  if (type === "b") return value === "1" ? "TRUE" : "FALSE";
  if (type || value === "") return value;
  if (days.has(Number(attribute(cell, "s")))) return dayOf(Number(value));
  // Numbers lie in a workbook as floats: 0.1 + 0.2 is shown as people wrote it.
  return Number.isFinite(Number(value)) ? String(Number(Number(value).toPrecision(15))) : value;
}

/** `BC12` is the 55th column, counted from 0. */
function columnOf(place: string): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(place)?.[0];
  if (!letters) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Without the reading aids of Japanese and Chinese. */
function said(element: Element): string {
  return all(element, "t")
    .filter((text) => text.parentElement?.localName !== "rPh")
    .map((text) => text.textContent)
    .join("");
}

const DAY_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** Numbers of the styles that show a number as a day or a time. */
function dayStyles(file: Archive): Set<number> {
  const styles = file.xml("xl/styles.xml");
  const own = all(styles, "numFmt").filter((each) =>
    /[ymdhs年月日]/i.test(attribute(each, "formatCode").replace(/"[^"]*"|\[[^\]]*\]|\\./g, "")),
  );
  const formats = new Set(own.map((each) => Number(attribute(each, "numFmtId"))));
  const [used] = all(styles, "cellXfs");
  const found = all(used ?? null, "xf").flatMap((style, at) => {
    const format = Number(attribute(style, "numFmtId"));
    const known = DAY_FORMATS.some(([from, to]) => format >= from && format <= to);
    return known || formats.has(format) ? [at] : [];
  });
  return new Set(found);
}

/** Days since 1899-12-30, the fraction being the time. */
function dayOf(serial: number): string {
  if (!(serial >= 0 && serial < 2_958_466)) return String(serial);
  const iso = new Date(Math.round((serial - 25_569) * 86_400_000)).toISOString();
  const time = iso.slice(11, 16);
  if (serial < 1) return time;
  return time === "00:00" ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`;
}
