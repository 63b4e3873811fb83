import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryId } from '@/lib/model/entry-id';
import { parseFeedCursor } from '@/lib/model/feed-cursor';
import type { FeedBatch, FeedBatches, FeedMessage } from '@/lib/model/feed-message';
import { resumeAfter } from '@/lib/model/feed-resume';
import { MergedFeed } from './merged-feed';

/** The feed of one stream, out of what the test hands it. */
class HandedFeed implements FeedBatches {
  readonly #given: FeedBatch[] = [];
  #asked: ((answer: IteratorResult<FeedBatch, void>) => void) | null = null;
  hasReturned = false;

  give(...batches: FeedBatch[]): this {
    this.#given.push(...batches);
    this.#answer();
    return this;
  }

  next(): Promise<IteratorResult<FeedBatch, void>> {
    return new Promise((resolve) => {
      this.#asked = resolve;
      this.#answer();
    });
  }

  async return(): Promise<IteratorResult<FeedBatch, void>> {
    this.hasReturned = true;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(): void {
    const asked = this.#asked;
    const value = asked && this.#given.shift();
    if (!value) return;
    this.#asked = null;
    asked({ done: false, value });
  }
}

const entry = (n: number, event = 'x.y'): FeedMessage => ({
  event,
  id: `${n}-0`,
  data: `{"n":${n}}`,
});
const status = (standing: 'well' | 'redis_away' | 'stream_trouble', data: object): FeedMessage => ({
  event: 'dashboard.status',
  data: JSON.stringify(data),
  standing,
});

function setUp(parts: Record<string, EntryId | null>) {
  const handed = Object.fromEntries(Object.keys(parts).map((stream) => [stream, new HandedFeed()]));
  const merged = new MergedFeed(
    Object.entries(parts).map(([stream, lastId]) => ({
      ...{ stream, lastId },
      batches: handed[stream] ?? new HandedFeed(),
    })),
  );
  const of = (stream: string) => handed[stream] ?? new HandedFeed();
  const take = async (): Promise<FeedBatch> => (await merged.next()).value ?? [];
  const told = async () => (await take()).map(({ event, data }) => [event, JSON.parse(data)]);
  return { merged, of, take, told };
}

describe('a feed of several streams', () => {
  it('names each entry’s stream and id, and leaves what it says as it was', async () => {
    const { of, take } = setUp({ a: '1-0', 'b"\n': null });
    of('b"\n').give([{ event: 'q.r', id: '7-1', data: '{"big":12345678901234567890}' }]);
    const [message] = await take();
    expect(message?.event).toBe('q.r');
    expect(message?.data).toBe(
      '{"stream":"b\\"\\n","id":"7-1","data":{"big":12345678901234567890}}',
    );
    expect(parseFeedCursor(message?.id ?? '', ['a', 'b"\n'])).toEqual(['1-0', '7-1']);
  });

  it('stands, behind every message, exactly where a client has to resume', async () => {
    const batches = fc.array(
      fc.record({ stream: fc.constantFrom('a', 'b', 'c'), size: fc.integer({ min: 1, max: 4 }) }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (plan, isOwnBetween) => {
        const streams = ['a', 'b', 'c'];
        const { of, take } = setUp({ a: '1-0', b: '1-0', c: null });
        let n = 1;
        let messages = 0;
        for (const { stream, size } of plan) {
          const batch: FeedMessage[] = Array.from({ length: size }, () => entry(++n));
          if (isOwnBetween) {
            const id = `${++n}-5`;
            const data = JSON.stringify({ id });
            batch.push({ event: 'dashboard.position', data, resume: id });
          }
          messages += batch.length;
          of(stream).give(batch);
        }
        const seen: Record<string, EntryId | null> = { a: '1-0', b: '1-0', c: null };
        while (messages > 0) {
          for (const message of await take()) {
            messages--;
            const { stream, id } = JSON.parse(message.data);
            // No entry twice or out of its stream's order: each is behind the one before it.
            expect(Number.parseInt(id, 10)).toBeGreaterThan(
              Number.parseInt(seen[stream] ?? '0', 10),
            );
            seen[stream] = id;
            const places = streams.map((name) => seen[name]);
            expect(parseFeedCursor(resumeAfter(message) ?? '', streams)).toEqual(places);
          }
        }
      }),
    );
  });

  it('gives each stream its turn, and waits for none', async () => {
    const { of, take } = setUp({ busy: '0-0', quiet: '0-0', silent: null });
    of('busy').give(...[1, 2, 3, 4, 5].map((n) => [entry(n)]));
    of('quiet').give([entry(9)]);
    const ids: string[] = [];
    while (ids.length < 6) ids.push(...(await take()).map(({ data }) => JSON.parse(data).id));
    expect(ids.filter((id) => id !== '9-0')).toEqual(['1-0', '2-0', '3-0', '4-0', '5-0']);
    expect(ids.indexOf('9-0')).toBeLessThanOrEqual(1);
  });

  it('makes a batch once for all who stand at the same places, and anew for others', async () => {
    const batch = [entry(5)];
    const firstOf = async (places: Record<string, EntryId | null>) => {
      const { of, take } = setUp(places);
      of('a').give(batch);
      return take();
    };
    const first = await firstOf({ a: '1-0', b: '2-0' });
    expect(await firstOf({ a: '4-0', b: '2-0' })).toBe(first);
    const other = await firstOf({ a: '1-0', b: '3-0' });
    expect(other).not.toBe(first);
    expect(other[0]?.id).not.toBe(first[0]?.id);
    expect((await firstOf({ a: '1-0', c: '2-0' }))[0]?.id).not.toBe(first[0]?.id);
  });

  it('tells of Redis once, and of each stream’s own trouble by its name', async () => {
    const { of, told } = setUp({ a: null, b: null });
    const away = { redis: 'down', code: 'redis_unreachable', since: 't1' };
    of('a').give([status('redis_away', away)]);
    expect(await told()).toEqual([['dashboard.status', away]]);
    of('b').give([status('redis_away', away)]);
    const trouble = { redis: 'up', code: 'wrong_type', since: 't2' };
    of('b').give([status('stream_trouble', trouble)]);
    expect(await told()).toEqual([
      ['dashboard.status', { redis: 'up', since: 't2' }],
      ['dashboard.status', { stream: 'b', ...trouble }],
    ]);
    of('a').give([status('well', { redis: 'up', since: 't3' })], [entry(1)]);
    expect((await told()).map(([event]) => event)).toEqual(['x.y']);
    of('b').give([status('well', { redis: 'up', since: 't4' })]);
    expect(await told()).toEqual([['dashboard.status', { stream: 'b', redis: 'up', since: 't4' }]]);
  });

  it('ends with its streams, and ends them', async () => {
    const { merged, of } = setUp({ a: null, b: null });
    const waiting = merged.next();
    await merged.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect([of('a').hasReturned, of('b').hasReturned]).toEqual([true, true]);
  });
});
