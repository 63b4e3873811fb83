/**
 * Rows as text: the first column to the left, the others to the right, the last to the left as it
 * holds remarks.
 * @param {string[]} header
 * @param {string[][]} rows
 */
export function formatTable(header, rows) {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (/** @type {string[]} */ cells) =>
    header
      .map((_, column) => {
        const cell = cells[column] ?? '';
        const isText = column === 0 || column === header.length - 1;
        return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/**
 * Short for a column: 12.3 M, 45.6 k, 789, 1.2; a dash for what is not known.
 * @param {number | undefined} value
 */
export function short(value) {
  if (value === undefined || !Number.isFinite(value)) return '-';
  if (value >= 999_500) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 9_995) return `${(value / 1e3).toPrecision(3)} k`;
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toPrecision(2);
}

/**
 * @param {number | undefined} share of one
 */
export function percent(share) {
  return share === undefined || !Number.isFinite(share) ? '-' : `${Math.round(share * 100)} %`;
}
