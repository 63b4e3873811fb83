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
  return { ...parseDownloadFormat(params, 'no'), range: parseHistoryRange(params) };
}

/** Reads `?format=&safe=`; `safe` as it is where it is not said. Throws `invalid_request`. */
export function parseDownloadFormat(
  params: URLSearchParams,
  safe: 'yes' | 'no',
): Pick<DownloadRequest, 'format' | 'isSafe'> {
  const reader = new QueryReader(params);
  const format = reader.read('format', parseFormat, 'ndjson or csv') ?? 'ndjson';
  const isSafe = (reader.read('safe', parseFlag, '1 or 0') ?? safe) === 'yes';
  reader.check();
  return { format, isSafe };
}

function parseFormat(text: string): DownloadFormat | null {
  return text === 'ndjson' || text === 'csv' ? text : null;
}

function parseFlag(text: string): 'yes' | 'no' | null {
  return text === '1' ? 'yes' : text === '0' ? 'no' : null;
}
