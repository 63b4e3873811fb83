import { Buffer } from 'node:buffer';
import { decodeUtf8, type Entry, entryBytes, toWireEntry, toWireValue } from '@/lib/model/entry';
import { entryIdTimestamp } from '@/lib/model/entry-id';
import { csvRow, entryColumns } from './csv';
import type { DownloadFormat } from './download-request';

/** What a download is made of: entries, and what happened to the stream meanwhile. */
type Item = { entry: Entry } | { gap: object } | { reset: object };

/** The columns of a CSV are the names in so many entries at its beginning, or in so many bytes. */
const COLUMN_ENTRIES = 100;
const COLUMN_BYTES = 1024 * 1024;

export const CONTENT_TYPES: Record<DownloadFormat, string> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** A line an entry, `{id, time, fields}`; between them `{gap}` and `{reset}` where that happened. */
export async function* toNdjson(items: AsyncIterable<Item>): AsyncGenerator<string, void> {
  for await (const item of items) {
    if (!('entry' in item)) yield `${JSON.stringify(item)}\n`;
    else {
      const { id, fields } = toWireEntry(item.entry);
      yield `${JSON.stringify({ id, time: entryIdTimestamp(id), fields })}\n`;
    }
  }
}

/**
 * RFC 4180: a header, then a row an entry. What no column holds exactly stands as JSON in the last;
 * a row without an id tells there of a gap or a reset. Source: https://www.rfc-editor.org/rfc/rfc4180
 */
export async function* toCsv(
  items: AsyncIterable<Item>,
  options: { isSafe: boolean },
): AsyncGenerator<string, void> {
  const waiting: Item[] = [];
  let bytes = 0;
  let columns: string[] | null = null;
  const begin = () => {
    columns = entryColumns(waiting.flatMap((item) => ('entry' in item ? [item.entry] : [])));
    const header = csvRow(['id', 'time', ...columns, 'other_fields'], options);
    const rows = waiting.splice(0).map((item) => csvItem(item, columns ?? [], options));
    return header + rows.join('');
  };
  for await (const item of items) {
    if (columns !== null) {
      yield csvItem(item, columns, options);
      continue;
    }
    waiting.push(item);
    bytes += 'entry' in item ? entryBytes(item.entry) : 0;
    if (waiting.length >= COLUMN_ENTRIES || bytes >= COLUMN_BYTES) yield begin();
  }
  if (columns === null) yield begin();
}

function csvItem(item: Item, columns: readonly string[], options: { isSafe: boolean }): string {
  if (!('entry' in item)) {
    return csvRow([null, null, ...columns.map(() => null), JSON.stringify(item)], options);
  }
  const { id, fields } = item.entry;
  const cells = new Map<string, string>();
  const others: unknown[] = [];
  for (const [nameBytes, valueBytes] of fields) {
    const name = decodeUtf8(nameBytes);
    const value = decodeUtf8(valueBytes);
    if (name !== null && value !== null && columns.includes(name) && !cells.has(name)) {
      cells.set(name, value);
    } else others.push([toWireValue(nameBytes), toWireValue(valueBytes)]);
  }
  return csvRow(
    [
      id,
      entryIdTimestamp(id),
      ...columns.map((name) => cells.get(name) ?? null),
      others.length === 0 ? null : JSON.stringify(others),
    ],
    options,
  );
}

const UNSAFE_IN_NAME = /[^A-Za-z0-9._-]+/g;
const NAME_CHARS_MAX = 80;

/** `attachment` with the stream's name and the time it covers. Source: RFC 6266 and RFC 8187. */
export function contentDisposition(
  stream: string,
  { format, fromMs, toMs }: { format: DownloadFormat; fromMs: number; toMs: number },
): string {
  const times = `${timeInName(fromMs)}-${timeInName(toMs)}.${format}`;
  // Cut by characters, so that no half of one is left.
  const cut = [...stream].slice(0, NAME_CHARS_MAX).join('');
  const ascii = cut.replace(UNSAFE_IN_NAME, '-').replace(/^[.-]+/, '') || 'stream';
  const whole = cut
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, '-')
    .replace(/^[.-]+/, '');
  const encoded = encodeURIComponent(`${whole || 'stream'}_${times}`).replace(
    /['()*]/g,
    (char) => `%${Buffer.from(char).toString('hex')}`,
  );
  return `attachment; filename="${ascii}_${times}"; filename*=UTF-8''${encoded}`;
}

function timeInName(ms: number): string {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return String(ms);
  return time
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[:-]/g, '');
}
