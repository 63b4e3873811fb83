import type { DiagnosedConsumer } from './diagnosis-consumers';
import { QueryReader } from './query-reader';

export const CONSUMERS_PAGE_DEFAULT = 50;
export const CONSUMERS_PAGE_MAX = 1_000;
const QUERY_CHARS_MAX = 256;

export const CONSUMER_SORTS = ['pending', 'idle', 'inactive', 'name'] as const;

export type ConsumerSort = (typeof CONSUMER_SORTS)[number];

/** Which consumers of a group to show. */
export interface ConsumersQuery {
  sort: ConsumerSort;
  order: 'asc' | 'desc';
  offset: number;
  limit: number;
  /** Text that must stand in the name; empty for all. */
  text: string;
}

export interface ConsumersPage {
  stream: string;
  group: string;
  consumers: DiagnosedConsumer[];
  /** In the group, and of those the ones with the text in their name. */
  total: number;
  matching: number;
  /** Ask for `offset=<next>` to go on; null at the end. */
  next: number | null;
  /** ISO 8601 UTC: when Redis was asked. A large group is asked seldom. */
  read_at: string;
}

/** Reads `?sort=&order=&offset=&limit=&q=`. Names go up by default, figures down. */
export function parseConsumersQuery(params: URLSearchParams): ConsumersQuery {
  const reader = new QueryReader(params);
  const sort = reader.read('sort', parseSort, CONSUMER_SORTS.join(', ')) ?? 'pending';
  const order = reader.read('order', parseOrder, 'asc or desc');
  const offset = reader.read('offset', parseWhole, 'a whole number') ?? 0;
  const limit = reader.readLimit(CONSUMERS_PAGE_DEFAULT, CONSUMERS_PAGE_MAX);
  reader.check();
  const text = (params.get('q') ?? '').slice(0, QUERY_CHARS_MAX);
  return { sort, order: order ?? ordinaryOrder(sort), offset, limit, text };
}

/** The parameters that `parseConsumersQuery` reads back; what is as by default is left out. */
export function consumersParams(query: ConsumersQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.text !== '') params.set('q', query.text);
  if (query.sort !== 'pending') params.set('sort', query.sort);
  if (query.order !== ordinaryOrder(query.sort)) params.set('order', query.order);
  if (query.offset > 0) params.set('offset', String(query.offset));
  if (query.limit !== CONSUMERS_PAGE_DEFAULT) params.set('limit', String(query.limit));
  return params;
}

export function ordinaryOrder(sort: ConsumerSort): 'asc' | 'desc' {
  return sort === 'name' ? 'asc' : 'desc';
}

interface Sortable {
  name: string;
  pending: number;
  idle_ms: number;
  inactive_ms: number | null;
}

/** The consumers of a page out of all of them; equal ones by name, so that pages do not overlap. */
export function consumersOfPage<T extends Sortable>(
  all: readonly T[],
  { sort, order, offset, limit, text }: ConsumersQuery,
): { consumers: T[]; matching: number; next: number | null } {
  const wanted = text.toLowerCase();
  const matching = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const sign = order === 'asc' ? 1 : -1;
  matching.sort((a, b) => sign * compare(a, b, sort) || compareNames(a, b));
  const end = offset + limit;
  return {
    consumers: matching.slice(offset, end),
    matching: matching.length,
    next: end < matching.length ? end : null,
  };
}

function compare(a: Sortable, b: Sortable, sort: ConsumerSort): number {
  if (sort === 'name') return compareNames(a, b);
  return figure(a, sort) - figure(b, sort);
}

function figure(consumer: Sortable, sort: Exclude<ConsumerSort, 'name'>): number {
  if (sort === 'pending') return consumer.pending;
  return sort === 'idle' ? consumer.idle_ms : (consumer.inactive_ms ?? -1);
}

function compareNames(a: Sortable, b: Sortable): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function parseSort(text: string): ConsumerSort | null {
  return CONSUMER_SORTS.find((sort) => sort === text) ?? null;
}

function parseOrder(text: string): 'asc' | 'desc' | null {
  return text === 'asc' || text === 'desc' ? text : null;
}

function parseWhole(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
