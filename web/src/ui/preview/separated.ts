/** Comma-separated values as rows: quotes hold commas and lines, tabs and semicolons separate too. */

const MOST_ROWS = 2_000;

export function separated(text: string, mark = markOf(text)): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < MOST_ROWS; at++) {
    const sign = text[at]!;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === mark || sign === "\n") {
      row.push(cell.replace(/\r$/, ""));
      cell = "";
      if (sign === "\n") {
        rows.push(row);
        row = [];
      }
    } else cell += sign;
  }
  if (cell || row.length) rows.push([...row, cell]);
  return rows;
}

function markOf(text: string): string {
  return [",", "\t", ";"].reduce((best, each) =>
    count(text, each) > count(text, best) ? each : best,
  );
}

/** How often a sign stands in the first line. */
function count(text: string, sign: string): number {
  return text.slice(0, text.indexOf("\n") >>> 0).split(sign).length;
}
