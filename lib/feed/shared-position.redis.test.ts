import { expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import { SharedPosition } from './shared-position';

const redis = ownRedis();

it('is asked for once by many, and never of a moment before they asked', async () => {
  const position = new SharedPosition(redis.connect(), 's');
  expect(await position.now()).toBeNull();
  await redis.command('CONFIG', 'RESETSTAT');
  const first = position.now();
  await redis.command('XADD', 's', '1-1', 'a', 'b');
  const late = await Promise.all(Array.from({ length: 500 }, () => position.now()));
  expect(new Set(late.map((at) => at?.lastGeneratedId))).toEqual(new Set(['1-1']));
  await first;
  const stats = String(await redis.command('INFO', 'commandstats'));
  expect(Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])).toBeLessThanOrEqual(3);
});

it('a question that failed is asked anew by who comes next', async () => {
  await redis.command('SET', 'text', 'x');
  const position = new SharedPosition(redis.connect(), 'text');
  const both = await Promise.allSettled([position.now(), position.now()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await redis.command('DEL', 'text');
  expect(await position.now()).toBeNull();
});
