import { expect, it, vi } from 'vitest';
import { liveFeed, PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';

const redis = ownRedis();
const LARGE = Buffer.alloc(24_000_000, 'x');

/** How often Redis was asked for what copies the first and the last entry. */
async function wholePositions(): Promise<number> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(/cmdstat_xinfo\|stream:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

const add = async (stream: string, value: Buffer | string) =>
  String(await redis.command('XADD', stream, '*', 'type', 't', 'value', value));

it('a stream whose first entry is large is followed without Redis copying it at every read', async () => {
  await add('large', LARGE);
  const feed = liveFeed(redis);
  const followed = await feed.followed('large');
  const live = feed.open('large');
  const ids: string[] = [];
  const arrives = async () => {
    ids.push(await add('large', 'small'));
    await vi.waitFor(() => expect(live.ids).toEqual(ids), PATIENT);
  };
  await vi.waitFor(() => expect(live.own('dashboard.hello')).toHaveLength(1), PATIENT);
  await vi.waitFor(async () => {
    await arrives();
    expect(followed.price.askBy(performance.now())).not.toBeNull();
  }, PATIENT);
  const before = await wholePositions();
  for (let n = 0; n < 30; n++) await arrives();
  expect((await wholePositions()) - before).toBeLessThan(10);
});

it('a trim and a recreated stream are found all the same', async () => {
  await add('cut', LARGE);
  const feed = liveFeed(redis);
  const followed = await feed.followed('cut');
  const live = feed.open('cut');
  await vi.waitFor(() => expect(live.own('dashboard.hello')).toHaveLength(1), PATIENT);
  await vi.waitFor(async () => {
    await add('cut', 'small');
    expect(followed.price.askBy(performance.now())).not.toBeNull();
  }, PATIENT);
  await redis.command('DEL', 'cut');
  const again = await add('cut', 'again');
  await vi.waitFor(() => expect(live.ids.at(-1)).toBe(again), PATIENT);
  expect(live.own('dashboard.reset')).toHaveLength(1);
});

it('reading back over many pages asks once where the stream stands', async () => {
  await add('back', LARGE);
  const ids = await Promise.all(Array.from({ length: 1_500 }, () => add('back', 'small')));
  const feed = liveFeed(redis);
  await feed.followed('back');
  await vi.waitFor(async () => expect(feed.reader.counts.reads).toBeGreaterThan(0), PATIENT);
  const before = await wholePositions();
  const reads = feed.reader.counts.reads;
  const replay = feed.open('back', { lastId: ids[0] ?? '' });
  await vi.waitFor(() => expect(replay.ids).toEqual(ids.slice(1)), PATIENT);
  // The reader's own, one a read at most, beside that of the start.
  expect((await wholePositions()) - before).toBeLessThanOrEqual(
    feed.reader.counts.reads - reads + 2,
  );
});
