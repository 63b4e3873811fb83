import {
  firstOfEach,
  type ParsedSearch,
  parseOrDefault,
  type SearchParams,
} from '@/lib/http/page-search';
import { type AuditQuery, parseAuditQuery } from '@/lib/model/audit-page';
import { rewriteTimeRange } from '@/lib/model/date-input';
import type { EntryId } from '@/lib/model/entry-id';
import { parseEntryParam } from '@/lib/model/tail-query';

/** `entry`: the one that is open; null for none. */
export async function parseAuditSearch(
  searchParams: SearchParams,
): Promise<ParsedSearch<AuditQuery> & { entry: EntryId | null }> {
  const params = await firstOfEach(searchParams);
  rewriteTimeRange(params);
  return { ...parseOrDefault(parseAuditQuery, params), entry: parseEntryParam(params) };
}
