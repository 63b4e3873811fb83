import { describe, expect, it } from 'vitest';
import type { RedisTarget } from '@/lib/config';
import type { PendingPage, PendingQuery } from '@/lib/model/pending';
import { ownRedis } from '@/lib/testing/own-redis';
import { PendingPages, SCAN_MAX } from './pending-pages';

const redis = ownRedis();
const pages = (target: Partial<RedisTarget> = {}) => new PendingPages(redis.connect(target));

/** Adds `count` entries, ids 1-0 and on, and gives them to consumers in turn. */
async function keep(stream: string, count: number, consumers = ['odd', 'even']): Promise<void> {
  const fill = `
    redis.call('XGROUP', 'CREATE', KEYS[1], 'g', '0', 'MKSTREAM')
    for n = 1, ARGV[1] do
      redis.call('XADD', KEYS[1], n .. '-0', 'n', n)
      local who = ARGV[2 + (n - 1) % (#ARGV - 1)]
      redis.call('XREADGROUP', 'GROUP', 'g', who, 'COUNT', 1, 'STREAMS', KEYS[1], '>')
    end`;
  await redis.command('EVAL', fill, 1, stream, count, ...consumers);
}
const idsOf = ({ pending }: PendingPage) => pending.map(({ id }) => id);
const ids = (...numbers: number[]) => numbers.map((n) => `${n}-0`);

describe('filters', () => {
  it('let through those of one owner, left alone long enough and delivered often enough', async () => {
    await keep('filtered', 10);
    const claim = (id: string, idle: number, times: number) =>
      redis.command(
        ...['XCLAIM', 'filtered', 'g', 'odd', 0, id, 'IDLE', idle, 'RETRYCOUNT', times, 'JUSTID'],
      );
    await claim('1-0', 90_000, 5);
    await claim('2-0', 90_000, 1);
    await claim('4-0', 0, 5);
    const reader = pages();
    const find = async (query: Partial<PendingQuery>) =>
      idsOf(await reader.readPage('filtered', 'g', { limit: 50, ...query }));
    expect(await find({ consumer: 'odd' })).toEqual(ids(1, 2, 3, 4, 5, 7, 9));
    expect(await find({ minIdleMs: 60_000 })).toEqual(ids(1, 2));
    expect(await find({ minDeliveries: 5 })).toEqual(ids(1, 4));
    expect(await find({ minDeliveries: 5, minIdleMs: 60_000 })).toEqual(ids(1));
    expect(await find({ minDeliveries: 2, consumer: 'even' })).toEqual([]);
    expect(await find({ minDeliveries: 1, limit: 3 })).toEqual(ids(1, 2, 3));
  });

  it('look at a bounded number of entries, say how many, and go on where that ended', async () => {
    await keep('long', SCAN_MAX + 700, ['w']);
    const last = `${SCAN_MAX + 650}-0`;
    for (const id of ['3-0', last]) {
      await redis.command('XCLAIM', 'long', 'g', 'w', 0, id, 'RETRYCOUNT', 9, 'JUSTID');
    }
    const reader = pages();
    const first = await reader.readPage('long', 'g', { limit: 50, minDeliveries: 9 });
    expect(first).toMatchObject({ next: `${SCAN_MAX}-0`, scanned: SCAN_MAX });
    expect(idsOf(first)).toEqual(['3-0']);
    const after = first.next ?? '';
    const rest = await reader.readPage('long', 'g', { limit: 50, minDeliveries: 9, after });
    expect(idsOf(rest)).toEqual([last]);
    expect(rest).toMatchObject({ next: null, scanned: 700 });
  });
});

describe('pages', () => {
  it('neither skip nor repeat while entries are acknowledged and others are delivered', async () => {
    await keep('moving', 40);
    const reader = pages();
    for (const query of [{ limit: 7 }, { limit: 7, minDeliveries: 1, minIdleMs: 0 }]) {
      const found: string[] = [];
      let acknowledged = 0;
      for (let after: string | null = ''; after !== null; ) {
        const range = after === '' ? query : { ...query, after };
        const page: PendingPage = await reader.readPage('moving', 'g', range);
        found.push(...idsOf(page));
        after = page.next;
        // What was seen goes, and what was not yet seen is claimed, which moves nothing.
        if (acknowledged < 3) await redis.command('XACK', 'moving', 'g', found[0] ?? '');
        acknowledged++;
        await redis.command('XCLAIM', 'moving', 'g', 'other', 0, '39-0', 'JUSTID');
        found.shift();
      }
      const seen = found.map((id) => Number.parseInt(id, 10));
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.slice(-20)).toEqual(Array.from({ length: 20 }, (_, n) => n + 21));
    }
  });

  it('end without a further one where the last entry is on them', async () => {
    await keep('even', 10);
    const reader = pages();
    const first = await reader.readPage('even', 'g', { limit: 5 });
    expect(first).toMatchObject({ next: '5-0', scanned: 5 });
    expect(await reader.readPage('even', 'g', { limit: 5, after: '5-0' })).toMatchObject({
      ...{ next: null, scanned: 5 },
    });
  });
});

describe('entries beside what is pending', () => {
  const contents = (page: PendingPage) => page.pending.map(({ entry }) => entry);

  async function makeOdd(stream: string): Promise<void> {
    await redis.command('XGROUP', 'CREATE', stream, 'g', '0', 'MKSTREAM');
    await redis.command('XADD', stream, '1-0', 'type', 'hello', 'raw', Buffer.of(0xff));
    await redis.command('XADD', stream, '2-0', 'gone', 'x');
    await redis.command('XADD', stream, '3-0', 'small', 'x', 'large', 'y'.repeat(100_000));
    await redis.command('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', stream, '>');
    await redis.command('XDEL', stream, '2-0');
  }
  const odd = [
    {
      state: 'here',
      fields: [
        ['type', 'hello'],
        ['raw', { base64: '/w==' }],
      ],
      omitted_bytes: null,
    },
    { state: 'deleted' },
    {
      state: 'here',
      fields: [
        ['small', 'x'],
        ['large', ''],
      ],
      omitted_bytes: 100_011,
    },
  ];

  it('come whole, as deleted, or in outline', async () => {
    await makeOdd('contents');
    const query = { limit: 50, withEntries: true };
    expect(contents(await pages().readPage('contents', 'g', query))).toEqual(odd);
    expect(contents(await pages().readPage('contents', 'g', { limit: 50 }))).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it('come alike where the user may run no scripts', async () => {
    await makeOdd('plain');
    await redis.command('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '+@all', '-@scripting');
    const reader = pages({ username: 'plain', password: 'pw' });
    expect(contents(await reader.readPage('plain', 'g', { limit: 50, withEntries: true }))).toEqual(
      odd,
    );
  });

  it('of many megabytes are read up to a limit, the rest told as unread', async () => {
    const value = 'x'.repeat(5 * 1024 * 1024);
    await redis.command('XGROUP', 'CREATE', 'huge', 'g', '0', 'MKSTREAM');
    for (let n = 1; n <= 6; n++) await redis.command('XADD', 'huge', `${n}-0`, 'value', value);
    await redis.command('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'huge', '>');
    const page = await pages().readPage('huge', 'g', { limit: 50, withEntries: true });
    expect(contents(page).map((content) => content?.state)).toEqual([
      ...['here', 'here', 'here', 'here', 'unread', 'unread'],
    ]);
    await redis.command('DEL', 'huge');
  });
});
