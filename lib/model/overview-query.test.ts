import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterStreams,
  OVERVIEW_SORTS,
  overviewHref,
  PAGE_ROWS_MAX,
  pagesOf,
  parseOverviewQuery,
  sortStreams,
} from './overview-query';

const group = (name: string, value: number | null = 0) => ({
  name,
  lag: {
    value,
    quality: value === null ? ('unknown' as const) : ('exact' as const),
    reason: null,
    lost: 0,
    behind_ms: null,
  },
  out_per_second: null,
});
const stream = (
  name: string,
  in_per_second: number | null,
  ...groups: ReturnType<typeof group>[]
) => ({
  name,
  in_per_second,
  groups,
});
const names = (streams: readonly { name: string }[]) => streams.map(({ name }) => name);

describe('the URL', () => {
  it('says only what is not the ordinary', () => {
    expect(overviewHref({ text: '', sort: 'worst', page: 1 })).toBe('/');
    expect(overviewHref({ text: 'a b', sort: 'lag', page: 2 })).toBe('/?q=a+b&sort=lag&page=2');
  });

  it('is read back as it was written, whatever the text', () => {
    const query = fc.record({
      text: fc.string({ maxLength: 40 }),
      sort: fc.constantFrom(...OVERVIEW_SORTS),
      page: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(query, (given) => {
        const { searchParams } = new URL(overviewHref(given), 'http://localhost');
        expect(parseOverviewQuery(searchParams)).toEqual(given);
      }),
    );
  });

  it.each(['sort=best&page=0', 'page=-3', 'page=1.5', 'page=all', 'page=1e99', ''])(
    'what cannot be read counts as not given: %s',
    (search) => {
      const query = { text: '', sort: 'worst', page: 1 };
      expect(parseOverviewQuery(new URLSearchParams(search))).toEqual(query);
    },
  );
});

it('filters by the name of a stream or of its groups, upper or lower case', () => {
  const streams = [stream('shield:Events', 1, group('power-ui')), stream('tasks', 1, group('w'))];
  expect(names(filterStreams(streams, ' events '))).toEqual(['shield:Events']);
  expect(names(filterStreams(streams, 'POWER'))).toEqual(['shield:Events']);
  expect(names(filterStreams(streams, 'nothing'))).toEqual([]);
  expect(filterStreams(streams, '')).toEqual(streams);
});

describe('sorting', () => {
  const streams = [
    stream('b', 5, group('g', 3)),
    stream('c', null, group('g', null)),
    stream('a', 9, group('g', 1), group('h', 8)),
    stream('d', 5),
  ];
  const attention = [
    { stream: 'd', severity: 'warn' as const },
    { stream: 'a', severity: 'warn' as const },
    { stream: 'c', severity: 'warn' as const },
    { stream: 'c', severity: 'bad' as const },
  ];

  it.each([
    ['worst', ['c', 'a', 'd', 'b']],
    ['name', ['a', 'b', 'c', 'd']],
    ['lag', ['a', 'b', 'c', 'd']],
    ['in', ['a', 'b', 'd', 'c']],
  ] as const)('%s', (sort, order) => {
    expect(names(sortStreams(streams, sort, attention))).toEqual(order);
  });
});

it('pages hold every stream once, in order, and not more rows than they may', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 300 });
  fc.assert(
    fc.property(sizes, (given) => {
      const streams = given.map((groups, index) =>
        stream(`${index}`, 1, ...Array.from({ length: groups }, (_, n) => group(`${n}`))),
      );
      const pages = pagesOf(streams);
      expect(pages.flat()).toEqual(streams);
      for (const page of pages) {
        const rows = page.reduce((sum, { groups }) => sum + 1 + groups.length, 0);
        expect(page.length === 1 || rows <= PAGE_ROWS_MAX).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});
