import { type ConsumersQuery, consumersParams } from './consumers-page';
import type { EntryId } from './entry-id';
import { nameInPath } from './name';
import { type PendingQuery, pendingParams } from './pending';
import { streamApiHref, streamPageHref } from './stream-href';
import { withParams } from './tail-query';

/** What of a group its page shows. */
export const GROUP_TABS = ['pending', 'consumers', 'history', 'cursor'] as const;

export type GroupTab = (typeof GROUP_TABS)[number];

/** The page of a group, at its first tab. Names are encoded whole, as those of streams. */
export function groupPageHref(stream: string, group: string, tab: GroupTab = 'pending'): string {
  return withParams(groupPath(stream, group), tabParams(tab));
}

/** A page of what is pending; `entry` opens one entry beside it. */
export function groupPendingHref(
  stream: string,
  group: string,
  query: Partial<PendingQuery>,
  entry: EntryId | null = null,
): string {
  const params = pendingParams(query);
  if (entry !== null) params.set('entry', entry);
  return withParams(groupPath(stream, group), params);
}

/** A page of its consumers. */
export function groupConsumersHref(stream: string, group: string, query: ConsumersQuery): string {
  const params = tabParams('consumers');
  for (const [name, value] of consumersParams(query)) params.set(name, value);
  return withParams(groupPath(stream, group), params);
}

export function groupApiHref(stream: string, group: string): string {
  return `${streamApiHref(stream)}/groups/${nameInPath(group)}`;
}

export function pendingApiHref(stream: string, group: string, query: PendingQuery): string {
  const params = pendingParams(query);
  if (query.withEntries) params.set('entries', '1');
  return withParams(`${groupApiHref(stream, group)}/pending`, params);
}

export function consumersApiHref(stream: string, group: string, query: ConsumersQuery): string {
  return withParams(`${groupApiHref(stream, group)}/consumers`, consumersParams(query));
}

function groupPath(stream: string, group: string): string {
  return `${streamPageHref(stream)}/groups/${nameInPath(group)}`;
}

function tabParams(tab: GroupTab): URLSearchParams {
  return new URLSearchParams(tab === 'pending' ? {} : { tab });
}
