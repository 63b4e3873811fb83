import { type HistoryRange, parseHistoryRange } from '@/lib/model/history-search';
import { QueryReader } from '@/lib/model/query-reader';

export type DownloadFormat = 'ndjson' | 'csv';

export interface DownloadRequest {
  range: HistoryRange;
  format: DownloadFormat;
  /** CSV for spreadsheets: nothing in it is run as a formula. */
  isSafe: boolean;
}

/** Reads `?format=&safe=` and what `parseHistoryRange` does. Throws what that throws. */
export function parseDownloadRequest(params: URLSearchParams): DownloadRequest {
  const reader = new QueryReader(params);
  const format = reader.read('format', parseFormat, 'ndjson or csv') ?? 'ndjson';
  const isSafe = reader.read('safe', parseFlag, '1 or 0') === 'yes';
  reader.check();
  return { range: parseHistoryRange(params), format, isSafe };
}

function parseFormat(text: string): DownloadFormat | null {
  return text === 'ndjson' || text === 'csv' ? text : null;
}

function parseFlag(text: string): 'yes' | 'no' | null {
  return text === '1' ? 'yes' : text === '0' ? 'no' : null;
}
