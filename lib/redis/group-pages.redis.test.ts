import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import type { PendingRange } from '@/lib/model/pending';
import { ownRedis } from '@/lib/testing/own-redis';
import { GroupPages } from './group-pages';

const redis = ownRedis();
const pages = () => new GroupPages(redis.connect());
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );

/** A stream of `count` entries that two consumers took turns to read and keep. */
async function keep(stream: string, count: number): Promise<string[]> {
  await redis.command('XGROUP', 'CREATE', stream, 'g', '0', 'MKSTREAM');
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) {
    ids.push(String(await redis.command('XADD', stream, `${n}-0`, 'a', 'b')));
    const consumer = n % 2 === 0 ? 'even' : 'odd';
    await redis.command('XREADGROUP', 'GROUP', 'g', consumer, 'STREAMS', stream, '>');
  }
  return ids;
}

describe('pending entries', () => {
  it('come lowest id first, in pages that neither skip nor repeat', async () => {
    const ids = await keep('walk', 23);
    const reader = pages();
    const found: string[] = [];
    for (let range: PendingRange | null = { limit: 5 }; range !== null; ) {
      const { pending, next } = await reader.readPending('walk', 'g', range);
      expect(pending.length).toBeLessThanOrEqual(5);
      found.push(...pending.map(({ id }) => id));
      range = next === null ? null : { limit: 5, after: next };
    }
    expect(found).toEqual(ids);
  });

  it('tell who holds them, for how long and how often they were delivered', async () => {
    await keep('facts', 2);
    await redis.command('XCLAIM', 'facts', 'g', Buffer.of(0xff), 0, '1-0', 'IDLE', 90_000);
    await redis.command('XDEL', 'facts', '2-0');
    const { pending } = await pages().readPending('facts', 'g', { limit: 5 });
    expect(pending).toEqual([
      { id: '1-0', consumer: 'binary:_w==', idle_ms: expect.any(Number), deliveries: 2 },
      { id: '2-0', consumer: 'even', idle_ms: expect.any(Number), deliveries: 1 },
    ]);
    expect(pending[0]?.idle_ms).toBeGreaterThanOrEqual(90_000);
  });

  it('are those of one consumer, or those that were left long enough', async () => {
    await keep('narrow', 6);
    await redis.command('XCLAIM', 'narrow', 'g', 'odd', 0, '3-0', 'IDLE', 90_000, 'JUSTID');
    const idsOf = async (range: Partial<PendingRange>) =>
      (await pages().readPending('narrow', 'g', { limit: 50, ...range })).pending.map(
        ({ id }) => id,
      );
    expect(await idsOf({ consumer: 'even' })).toEqual(['2-0', '4-0', '6-0']);
    expect(await idsOf({ minIdleMs: 60_000 })).toEqual(['3-0']);
    expect(await idsOf({ consumer: 'even', minIdleMs: 60_000 })).toEqual([]);
    expect(await idsOf({ consumer: 'nobody' })).toEqual([]);
    expect(await idsOf({ after: '18446744073709551615-18446744073709551615' })).toEqual([]);
  });
});

describe('consumers', () => {
  it('are listed with what they hold and how long they were silent', async () => {
    await keep('crowd', 3);
    await redis.command('XGROUP', 'CREATECONSUMER', 'crowd', 'g', '');
    const { consumers, total } = await pages().readConsumers('crowd', 'g');
    expect(total).toBe(3);
    expect(consumers.map(({ name, pending }) => [name, pending])).toEqual([
      ['', 0],
      ['even', 1],
      ['odd', 2],
    ]);
    for (const { idle_ms } of consumers) expect(idle_ms).toBeGreaterThanOrEqual(0);
  });
});

describe('a group past all measure', () => {
  it('has its consumers counted, and none listed', async () => {
    const crowd = `redis.call('XGROUP', 'CREATE', 'huge', 'g', '0', 'MKSTREAM')
      for n = 1, 20000 do redis.call('XGROUP', 'CREATECONSUMER', 'huge', 'g', 'c' .. n) end`;
    await redis.command('EVAL', crowd, 0);
    await redis.command('CONFIG', 'RESETSTAT');
    expect(await pages().readConsumers('huge', 'g')).toEqual({ consumers: [], total: 20_000 });
    const stats = String(await redis.command('INFO', 'commandstats'));
    expect(stats).not.toMatch(/xinfo\|consumers/);
  });

  it('has its pending entries read a page at a time', async () => {
    const crowd = `redis.call('XGROUP', 'CREATE', 'wide', 'g', '0', 'MKSTREAM')
      for n = 1, 50000 do redis.call('XADD', 'wide', n .. '-0', 'a', 'b') end
      redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 50000, 'STREAMS', 'wide', '>')`;
    await redis.command('EVAL', crowd, 0);
    const reader = pages();
    const sentBytes = async () =>
      Number(
        /total_net_output_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1],
      );
    await reader.readPending('wide', 'g', { limit: 1 });
    const before = await sentBytes();
    const { pending, next } = await reader.readPending('wide', 'g', {
      limit: 100,
      after: '40000-0',
    });
    expect([pending.length, pending[0]?.id, next]).toEqual([100, '40001-0', '40100-0']);
    expect((await sentBytes()) - before).toBeLessThan(20_000);
  });
});

describe('what is not there', () => {
  it('is told apart: the stream, the group, or a stream under the key', async () => {
    await redis.command('SET', 'text', 'x');
    await redis.command('XADD', 'alone', '1-1', 'a', 'b');
    const verdict = async (stream: string) => [
      await codeOf(pages().readConsumers(stream, 'g')),
      await codeOf(pages().readPending(stream, 'g', { limit: 5 })),
    ];
    expect(await verdict('absent')).toEqual(['stream_not_found', 'stream_not_found']);
    expect(await verdict('alone')).toEqual(['group_not_found', 'group_not_found']);
    expect(await verdict('text')).toEqual(['wrong_type', 'wrong_type']);
  });
});
