import { beforeAll, describe, expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import type { RedisConnection } from './connect';
import { EVERYTHING, type InfoRequest } from './sample-request';
import { readStreamInfo } from './stream-info';

const redis = ownRedis();
const BESIDE: InfoRequest = {
  ...EVERYTHING,
  ...{ detailed: false, beside: true, meanBytes: 100, countMax: { entries: 100, bytes: 100_000 } },
};
const NAMES = Array.from({ length: 45 }, (_, n) => `few:${n}`);

beforeAll(async () => {
  for (const [n, name] of NAMES.entries()) {
    for (let entry = 0; entry <= n % 3; entry++) await redis.command('XADD', name, '*', 'a', 'b');
    await redis.command('XGROUP', 'CREATE', name, 'readers', '0');
  }
  await redis.command('SET', 'text', 'x');
});

async function evalCalls(): Promise<number> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

function readAll(connection: RedisConnection, names: readonly string[]) {
  return Promise.all(names.map((name) => readStreamInfo(connection, name, BESIDE)));
}

describe('streams read at once', () => {
  it('share a script by twenty, each with its own answer', async () => {
    const connection = redis.connect();
    await readAll(connection, NAMES);
    const before = await evalCalls();
    const answers = await readAll(connection, NAMES);
    expect((await evalCalls()) - before).toBe(3);
    let commands = 0;
    for (const [n, answer] of answers.entries()) {
      if (typeof answer === 'string') throw new Error(answer);
      commands += answer.commands;
      expect(answer).toMatchObject({ length: 1 + (n % 3), groups: [{ name: 'readers' }] });
    }
    expect(commands).toBeCloseTo(3);
  });

  it('are as they would be alone', async () => {
    const connection = redis.connect();
    const asTold = ({ length, groups, lastId }: Exclude<Awaited<Read>, string>) => ({
      ...{ length, groups, lastId },
    });
    type Read = ReturnType<typeof readStreamInfo>;
    for (const [at, beside] of (await readAll(connection, NAMES)).entries()) {
      const alone = await readStreamInfo(connection, NAMES[at] ?? '', { ...BESIDE, beside: false });
      if (typeof beside === 'string' || typeof alone === 'string') throw new Error('not there');
      expect(asTold(beside)).toEqual(asTold(alone));
    }
  });

  it('do not hinder each other', async () => {
    const connection = redis.connect();
    const names = ['few:0', 'absent', 'text', 'few:2'];
    expect(await readAll(connection, names)).toEqual([
      ...[expect.objectContaining({ length: 1 }), 'absent', 'wrong_type'],
      expect.objectContaining({ length: 3 }),
    ]);
    const [well, failed] = await Promise.allSettled([
      readStreamInfo(connection, 'few:2', BESIDE),
      // No id: the script fails at it.
      readStreamInfo(connection, 'few:1', {
        ...BESIDE,
        countMax: { entries: Number.NaN, bytes: Number.NaN },
        meanBytes: Number.NaN,
        marks: { removed: 0, list: [{ id: 'no entry id at all', addedUpTo: 1, nextId: null }] },
      }),
    ]);
    expect(well).toMatchObject({ status: 'fulfilled', value: { length: 3 } });
    expect(failed.status).toBe('rejected');
  });

  it('that the user may not read are asked for alone, the others share on, and again once he may', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~few:*', '+@all');
    await redis.command('XADD', 'hidden', '*', 'a', 'b');
    const connection = redis.connect({ username: 'narrow', password: 'pw' });
    const read = async () => {
      const names = ['few:0', 'hidden', 'few:2'];
      const before = await evalCalls();
      const [first, hidden, last] = await Promise.allSettled(
        names.map((name) => readStreamInfo(connection, name, BESIDE)),
      );
      expect(first).toMatchObject({ status: 'fulfilled', value: { length: 1 } });
      expect(last).toMatchObject({ status: 'fulfilled', value: { length: 3 } });
      return { hidden, calls: (await evalCalls()) - before };
    };
    const refused = { status: 'rejected', reason: { code: 'redis_permission_denied' } };
    expect((await read()).hidden).toMatchObject(refused);
    // Refused before it is run: only the script that the two share counts as a call.
    expect(await read()).toMatchObject({ hidden: refused, calls: 1 });
    await redis.command('ACL', 'SETUSER', 'narrow', '~hidden');
    expect(await read()).toMatchObject({ hidden: { value: { length: 1 } }, calls: 2 });
    expect(await read()).toMatchObject({ hidden: { value: { length: 1 } }, calls: 1 });
  });
});
