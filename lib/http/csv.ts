import { decodeUtf8, type Entry } from '@/lib/model/entry';

/** Most columns of a file; further names stand in its last column. */
const COLUMNS_MAX = 100;
/** Columns every file has: a field of that name stands in the last. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['id', 'time', 'other_fields']);
/** How a spreadsheet tells a formula from text. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;

/** Field names in the order they first come up. */
export function entryColumns(entries: readonly Entry[]): string[] {
  const names = new Set<string>();
  for (const { fields } of entries) {
    for (const [bytes] of fields) {
      const name = decodeUtf8(bytes);
      if (name !== null && !OWN_COLUMNS.has(name) && names.size < COLUMNS_MAX) names.add(name);
    }
  }
  return [...names];
}

/**
 * A row as RFC 4180 has it. Null is an empty cell, empty text `""`. `isSafe` puts an apostrophe
 * before what a spreadsheet would run as a formula: the data is then not exact.
 */
export function csvRow(cells: readonly (string | null)[], { isSafe }: { isSafe: boolean }): string {
  return `${cells.map((cell) => csvCell(cell, isSafe)).join(',')}\r\n`;
}

function csvCell(cell: string | null, isSafe: boolean): string {
  if (cell === null) return '';
  const text = isSafe && FORMULA_START.test(cell) ? `'${cell}` : cell;
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
