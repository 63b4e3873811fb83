import {
  firstOfEach,
  type ParsedSearch,
  parseOrDefault,
  type SearchParams,
} from '@/lib/http/page-search';
import { type ConsumersQuery, parseConsumersQuery } from '@/lib/model/consumers-page';
import type { EntryId } from '@/lib/model/entry-id';
import { GROUP_TABS, type GroupTab } from '@/lib/model/group-href';
import { type PendingQuery, parsePendingQuery } from '@/lib/model/pending';
import { parseEntryParam } from '@/lib/model/tail-query';

/** What the group page's URL asks for. What of it cannot be read is told, and left out. */
export interface GroupSearch {
  tab: GroupTab;
  pending: ParsedSearch<PendingQuery>;
  consumers: ParsedSearch<ConsumersQuery>;
  /** The entry that is open; null for none. */
  entry: EntryId | null;
}

/** Of a parameter given twice the first counts. */
export async function parseGroupSearch(searchParams: SearchParams): Promise<GroupSearch> {
  const params = await firstOfEach(searchParams);
  const pending = parseOrDefault(parsePendingQuery, params);
  return {
    tab: GROUP_TABS.find((tab) => tab === params.get('tab')) ?? 'pending',
    pending: { ...pending, query: { ...pending.query, withEntries: true } },
    consumers: parseOrDefault(parseConsumersQuery, params),
    entry: parseEntryParam(params),
  };
}
