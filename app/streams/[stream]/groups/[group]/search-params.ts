import { type ConsumersQuery, parseConsumersQuery } from '@/lib/model/consumers-page';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { GROUP_TABS, type GroupTab } from '@/lib/model/group-href';
import { type PendingQuery, parsePendingQuery } from '@/lib/model/pending';
import { parseEntryParam } from '@/lib/model/tail-query';

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** What the group page's URL asks for. What of it cannot be read is told, and left out. */
export interface GroupSearch {
  tab: GroupTab;
  pending: { query: PendingQuery; mistakes: string[] };
  consumers: { query: ConsumersQuery; mistakes: string[] };
  /** The entry that is open; null for none. */
  entry: EntryId | null;
}

/** Of a parameter given twice the first counts. */
export async function parseGroupSearch(searchParams: SearchParams): Promise<GroupSearch> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) params.set(name, first);
  }
  const pending = orByDefault(parsePendingQuery, params);
  return {
    tab: GROUP_TABS.find((tab) => tab === params.get('tab')) ?? 'pending',
    pending: { ...pending, query: { ...pending.query, withEntries: true } },
    consumers: orByDefault(parseConsumersQuery, params),
    entry: parseEntryParam(params),
  };
}

function orByDefault<T>(
  parse: (params: URLSearchParams) => T,
  params: URLSearchParams,
): { query: T; mistakes: string[] } {
  try {
    return { query: parse(params), mistakes: [] };
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    const mistakes = (error.details.errors ?? []).map(
      ({ field, message }) => `${field}: ${message}.`,
    );
    return { query: parse(new URLSearchParams()), mistakes };
  }
}
