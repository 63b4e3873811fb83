import { describe, expect, it } from 'vitest';
import {
  groupApiHref,
  groupConsumersHref,
  groupPageHref,
  groupPendingHref,
  pendingApiHref,
} from './group-href';
import { parsePendingQuery } from './pending';
import { nameFromParam } from './stream-href';

const query = { sort: 'idle', order: 'desc', offset: 50, limit: 50, text: '' } as const;

describe('where a group is', () => {
  it.each(['workers', 'a/b', '100% %2F', 'ключ?x=1#h', 'binary:_w==', '.', '..'])(
    '%s is one part of the path',
    (name) => {
      const { pathname } = new URL(groupPageHref(name, name), 'http://host');
      expect(pathname.split('/')).toHaveLength(5);
      const api = new URL(groupApiHref('s', name), 'http://host').pathname;
      expect(nameFromParam(api.split('/').at(-1) ?? '')).toBe(name);
    },
  );

  it('has its parts and filters behind the question mark', () => {
    expect(groupPageHref('s', 'g')).toBe('/streams/s/groups/g');
    expect(groupPageHref('s', 'g', 'cursor')).toBe('/streams/s/groups/g?tab=cursor');
    expect(groupConsumersHref('s', 'g', query)).toBe(
      '/streams/s/groups/g?tab=consumers&sort=idle&offset=50',
    );
    expect(groupPendingHref('s', 'g', { after: '5-0' }, '7-1')).toBe(
      '/streams/s/groups/g?after=5-0&entry=7-1',
    );
  });

  it('filters of pending entries are read back as they were written', () => {
    const filters = {
      ...{ after: '5-1', limit: 20, consumer: 'a&b=c', minIdleMs: 60_000, minDeliveries: 3 },
      withEntries: true,
    };
    const { searchParams } = new URL(pendingApiHref('s', 'g', filters), 'http://host');
    expect(parsePendingQuery(searchParams)).toEqual(filters);
  });
});
