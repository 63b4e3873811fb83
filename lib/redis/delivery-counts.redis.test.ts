import { beforeEach, expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import { DELIVERIES_LOOKED_AT_MAX, readDeliveryCounts } from './delivery-counts';

const redis = ownRedis();

beforeEach(async () => {
  await redis.command('FLUSHALL');
  const narrow = ['-@all', '+xpending', '+hello'];
  await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', ...narrow);
});
const bothWays = async (group: string) => {
  const narrow = redis.connect({ username: 'narrow', password: 'pw' });
  return [
    await readDeliveryCounts(redis.connect(), 's', group),
    await readDeliveryCounts(narrow, 's', group),
  ].map((found) => found?.deliveries);
};
const fill = (count: number) =>
  redis.command(
    'EVAL',
    `redis.call('XGROUP', 'CREATE', 's', 'g', '0', 'MKSTREAM')
     for n = 1, ARGV[1] do redis.call('XADD', 's', n .. '-0', 'a', 'b') end
     redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', ARGV[1], 'STREAMS', 's', '>')`,
    0,
    count,
  );

it('tells how often pending entries were delivered, lowest count first', async () => {
  await fill(6);
  await redis.command('XCLAIM', 's', 'g', 'c', 0, '2-0', 'RETRYCOUNT', 40);
  await redis.command('XCLAIM', 's', 'g', 'c', 0, '3-0', '4-0', 'RETRYCOUNT', 7);
  const expected = {
    looked_at: 6,
    counts: [
      { deliveries: 1, entries: 3 },
      { deliveries: 7, entries: 2 },
      { deliveries: 40, entries: 1 },
    ],
  };
  expect(await bothWays('g')).toEqual([expected, expected]);
});

it('looks at no more than it says, however many are pending, and ships none of them', async () => {
  await fill(20_000);
  const connection = redis.connect();
  await readDeliveryCounts(connection, 's', 'g');
  const sentBytes = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1]);
  const before = await sentBytes();
  const found = await readDeliveryCounts(connection, 's', 'g');
  // INFO itself is most of it.
  expect((await sentBytes()) - before).toBeLessThan(12_000);
  expect(found?.deliveries).toEqual({
    looked_at: DELIVERIES_LOOKED_AT_MAX,
    counts: [{ deliveries: 1, entries: DELIVERIES_LOOKED_AT_MAX }],
  });
});

it('is null where there is no such group, stream or right', async () => {
  expect(await bothWays('g')).toEqual([undefined, undefined]);
  await fill(1);
  expect(await bothWays('other')).toEqual([undefined, undefined]);
  await redis.command('ACL', 'SETUSER', 'none', 'on', '>pw', '~*', '-@all', '+hello');
  const none = redis.connect({ username: 'none', password: 'pw' });
  expect(await readDeliveryCounts(none, 's', 'g')).toBeNull();
  await redis.command('SET', 'text', 'x');
  expect(await readDeliveryCounts(redis.connect(), 'text', 'g')).toBeNull();
});
