import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EntryId, entryIdTimeMs } from './entry-id';
import { OlderMerge, type OlderPlaces } from './older-merge';

const row = (stream: string, n: number) => ({ stream, id: `${n}-0` });
const ids = (rows: { stream: string; id: EntryId }[]) =>
  rows.map(({ stream, id }) => `${stream}${entryIdTimeMs(id)}`);
const begun = (streams: readonly string[], at = '100-0') => {
  const merge = new OlderMerge<ReturnType<typeof row>>();
  merge.begin(new Map(streams.map((stream) => [stream, at])));
  return merge;
};

describe('streams read back as one', () => {
  it('gives a row once every stream was read down to it', () => {
    const merge = begun(['a', 'b']);
    merge.add('a', [row('a', 9), row('a', 5)], '5-0');
    expect(merge.take()).toEqual({
      rows: [],
      places: new Map([
        ['a', '100-0'],
        ['b', '100-0'],
      ]),
    });
    merge.add('b', [row('b', 8), row('b', 7)], '7-0');
    const { rows, places } = merge.take();
    expect(ids(rows)).toEqual(['a9', 'b8', 'b7']);
    // What of a is kept is older than what b was read to.
    expect(places).toEqual(
      new Map([
        ['a', '7-0'],
        ['b', '7-0'],
      ]),
    );
    merge.begin(
      new Map([
        ['a', '7-0'],
        ['b', '7-0'],
      ]),
    );
    expect([...merge.wanted()]).toEqual([['b', '7-0']]);
    merge.add('b', [], null);
    expect(ids(merge.take().rows)).toEqual(['a5']);
  });

  it('gives entries of the same id by their streams, whichever was read first', () => {
    const merge = begun(['b', 'a']);
    merge.add('b', [row('b', 9)], null);
    merge.add('a', [row('a', 9)], null);
    expect(ids(merge.take().rows)).toEqual(['b9', 'a9']);
  });

  it('forgets what it kept where reading begins elsewhere', () => {
    const merge = begun(['a', 'b']);
    merge.add('a', [row('a', 9), row('a', 5)], '5-0');
    merge.add('b', [row('b', 8)], '8-0');
    merge.take();
    merge.begin(
      new Map([
        ['a', '50-0'],
        ['b', '8-0'],
      ]),
    );
    expect([...merge.wanted()]).toEqual([
      ['a', '50-0'],
      ['b', '8-0'],
    ]);
  });

  it('waits for no stream that is left out, and leaves its place as it was', () => {
    const merge = begun(['a', 'b']);
    merge.add('a', [row('a', 9)], null);
    merge.leaveOut('b');
    const { rows, places } = merge.take();
    expect(ids(rows)).toEqual(['a9']);
    expect(places).toEqual(
      new Map([
        ['a', null],
        ['b', '100-0'],
      ]),
    );
  });

  it('gives every row once, newest first, wherever it is stopped and begun again', () => {
    const held = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }),
      { minKeys: 1 },
    );
    const turn = fc.record({ size: fc.integer({ min: 1, max: 9 }), forgets: fc.boolean() });
    fc.assert(
      fc.property(held, fc.array(turn, { minLength: 1 }), (streams, turns) => {
        const redis = new Map(
          Object.entries(streams).map(([name, all]) => [name, all.toSorted((x, y) => y - x)]),
        );
        let merge = begun([...redis.keys()]);
        let places: OlderPlaces = new Map([...redis.keys()].map((name) => [name, '100-0']));
        const seen: { stream: string; id: EntryId }[] = [];
        for (let at = 0; [...places.values()].some((id) => id !== null); at++) {
          const { size, forgets } = turns[at % turns.length] ?? { size: 1, forgets: false };
          // As a page does that is opened again: only the places are left.
          if (forgets) merge = new OlderMerge();
          merge.begin(
            new Map([...places].flatMap(([name, id]) => (id === null ? [] : [[name, id]]))),
          );
          for (const [name, before] of merge.wanted()) {
            const older = (redis.get(name) ?? []).filter((n) => n < entryIdTimeMs(before));
            const page = older.slice(0, size);
            const hasMore = older.length > page.length;
            merge.add(
              name,
              page.map((n) => row(name, n)),
              hasMore ? `${page.at(-1)}-0` : null,
            );
          }
          const taken = merge.take();
          seen.push(...taken.rows);
          places = new Map([...places, ...taken.places]);
        }
        const all = [...redis].flatMap(([name, ns]) => ns.map((n) => row(name, n)));
        expect(ids(seen).toSorted()).toEqual(ids(all).toSorted());
        const times = seen.map(({ id }) => entryIdTimeMs(id));
        expect(times).toEqual(times.toSorted((x, y) => y - x));
      }),
    );
  });
});
