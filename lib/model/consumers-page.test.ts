import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONSUMER_SORTS,
  consumersOfPage,
  consumersParams,
  parseConsumersQuery,
} from './consumers-page';

const parse = (search: string) => parseConsumersQuery(new URLSearchParams(search));

describe('which consumers', () => {
  it('are those with most pending first where nothing is said', () => {
    expect(parse('')).toEqual({ sort: 'pending', order: 'desc', offset: 0, limit: 50, text: '' });
    expect(parse('sort=name').order).toBe('asc');
  });

  it('every wrong parameter is named', () => {
    const wrong = 'sort=size&order=up&offset=-1&limit=1001';
    const errors = ['sort', 'order', 'offset', 'limit'].map((field) =>
      expect.objectContaining({ field }),
    );
    expect(() => parse(wrong)).toThrow(expect.objectContaining({ details: { errors } }));
  });

  it('are written into an address and read back', () => {
    const query = fc.record({
      sort: fc.constantFrom(...CONSUMER_SORTS),
      order: fc.constantFrom('asc' as const, 'desc' as const),
      offset: fc.nat(1_000_000),
      limit: fc.integer({ min: 1, max: 1_000 }),
      text: fc.string({ maxLength: 20 }),
    });
    fc.assert(
      fc.property(query, (any) => {
        expect(parseConsumersQuery(consumersParams(any))).toEqual(any);
      }),
    );
  });
});

describe('pages of consumers', () => {
  const consumer = fc.record({
    name: fc.string({ maxLength: 5 }),
    pending: fc.nat(3),
    idle_ms: fc.nat(3),
    inactive_ms: fc.option(fc.nat(3)),
  });
  const consumers = fc.uniqueArray(consumer, { selector: ({ name }) => name, maxLength: 40 });

  it('hold each once, in order, whatever they are sorted by', () => {
    const how = fc.record({
      sort: fc.constantFrom(...CONSUMER_SORTS),
      order: fc.constantFrom('asc' as const, 'desc' as const),
      limit: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(consumers, how, (all, { sort, order, limit }) => {
        const found: typeof all = [];
        for (let offset: number | null = 0; offset !== null; ) {
          const page: ReturnType<typeof consumersOfPage<(typeof all)[number]>> = consumersOfPage(
            all,
            { sort, order, offset, limit, text: '' },
          );
          expect(page.matching).toBe(all.length);
          found.push(...page.consumers);
          offset = page.next;
        }
        expect(found.map(({ name }) => name).toSorted()).toEqual(
          all.map(({ name }) => name).toSorted(),
        );
        const key = { pending: 'pending', idle: 'idle_ms', inactive: 'inactive_ms', name: 'name' };
        for (let at = 1; at < found.length; at++) {
          const field = key[sort] as keyof (typeof found)[number];
          const [a, b] = [found[at - 1]?.[field] ?? -1, found[at]?.[field] ?? -1];
          expect(order === 'asc' ? a <= b : a >= b).toBe(true);
        }
      }),
    );
  });

  it('are of those with the text in their name, whatever its case', () => {
    const all = ['worker-1', 'Worker-2', 'other'].map((name) => ({
      ...{ name, pending: 0, idle_ms: 0, inactive_ms: null },
    }));
    const query = { sort: 'name', order: 'asc', offset: 0, limit: 1, text: 'WORK' } as const;
    expect(consumersOfPage(all, query)).toMatchObject({
      ...{ matching: 2, next: 1, consumers: [{ name: 'Worker-2' }] },
    });
  });
});
