import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RedisConnection } from '@/lib/redis/connect';
import { ownRedis } from '@/lib/testing/own-redis';
import { PacedPages } from './paced-pages';

const redis = ownRedis();
const FETCH_MS = 200;

/** Redis, at which a fetch of one whole entry takes its time. */
function slowFetches(connection: RedisConnection): RedisConnection {
  return {
    open: () => slowFetches(connection.open()),
    takesAnyKeys: true,
    mask: null,
    ready: connection.ready,
    onChange: (listener) => connection.onChange(listener),
    async command(name, ...args) {
      if (name === 'XRANGE') await sleep(FETCH_MS);
      return await connection.command(name, ...args);
    },
    write: (name, ...args) => connection.write(name, ...args),
    check: () => connection.check(),
    masters: () => connection.masters(),
    close: () => connection.close(),
  };
}

it('rests for the large entries too that it fetched between two pages', async () => {
  for (const id of ['1-0', '2-0']) {
    await redis.command('XADD', 'large', id, 'a', Buffer.alloc(100_000, 1));
  }
  const pages = new PacedPages(slowFetches(redis.connect()), 'large', {
    signal: new AbortController().signal,
  });
  const { entries } = await pages.after('0-0');
  expect(entries).toHaveLength(2);
  for (const sized of entries) {
    expect((await pages.whole(sized))?.fields[0]?.[1]).toHaveLength(100_000);
  }
  const startedMs = performance.now();
  await pages.after('2-0');
  // Timers may fire a little early.
  expect(performance.now() - startedMs).toBeGreaterThan(1.8 * FETCH_MS);
});
