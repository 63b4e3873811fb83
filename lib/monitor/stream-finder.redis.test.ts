import { describe, expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import { StreamFinder } from './stream-finder';

const redis = ownRedis();
const add = (name: string | Uint8Array) => redis.command('XADD', name, '*', 'a', 'b');

describe('the finder', () => {
  it('finds every stream of the database, and nothing else, whatever it is called', async () => {
    await add('shield:events');
    await add(Uint8Array.of(0xff, 0xfe));
    await add('größe');
    await redis.command('SET', 'text', 'x');
    await redis.command('RPUSH', 'list', 'x');
    await redis.connect({ db: 1 }).command('XADD', 'elsewhere', '*', 'a', 'b');
    const finder = new StreamFinder();
    expect(finder.names).toEqual([]);
    await finder.step(redis.connect());
    expect(finder.names).toEqual(['binary:__4=', 'größe', 'shield:events']);
  });

  it('forgets a stream that is gone', async () => {
    const connection = redis.connect();
    const finder = new StreamFinder();
    await add('soon-gone');
    await finder.step(connection);
    expect(finder.names).toContain('soon-gone');
    await redis.command('DEL', 'soon-gone');
    await finder.step(connection);
    expect(finder.names).not.toContain('soon-gone');
  });

  it('walks through a large database in small steps, and shows what it has so far', async () => {
    await redis.command('FLUSHALL');
    const fill = "for n = 1, 20000 do redis.call('SET', 'key:' .. n, 'x') end";
    await redis.command('EVAL', fill, 0);
    for (let n = 0; n < 30; n++) await add(`stream:${n}`);
    const connection = redis.connect();
    const finder = new StreamFinder();
    await redis.command('CONFIG', 'RESETSTAT');
    await finder.step(connection);
    const stats = String(await redis.command('INFO', 'commandstats'));
    expect(stats).toMatch(/cmdstat_scan:calls=1,/);
    for (let step = 0; step < 50; step++) {
      const before = finder.names;
      await finder.step(connection);
      // A new pass never makes the list shorter before it is through.
      expect(finder.names).toEqual(expect.arrayContaining(before));
    }
    expect(finder.names).toHaveLength(30);
  });

  it('lists no more than it can show', async () => {
    const fill = "for n = 1, 2500 do redis.call('XADD', 'many:' .. n, '*', 'a', 'b') end";
    await redis.command('EVAL', fill, 0);
    const finder = new StreamFinder();
    for (let step = 0; step < 60; step++) await finder.step(redis.connect());
    expect(finder.names).toHaveLength(2_000);
  });
});
