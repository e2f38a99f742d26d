export type Cell = string | number | null;

/** What a spreadsheet would run as a formula has an apostrophe before it, as in the server's CSV. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180, with a byte-order mark, without which Excel takes UTF-8 for something else. */
export function csv(columns: string[], rows: Cell[][]): string {
  return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function cell(value: Cell): string {
  if (value === null) return "";
  const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
