import { describe, expect, it } from 'vitest';
import type { Revocation } from '@/lib/model/revocation';
import { ownRedis } from '@/lib/testing/own-redis';
import { connectRedis } from './connect-redis';
import { RevocationStream } from './revocation-stream';

const redis = ownRedis();
const HOUR = 3_600_000;
const SESSION: Revocation = { kind: 'session', id: 's-1', untilMs: 1_800_000_000_000 };
const USER: Revocation = { kind: 'owner', owner: 'user ann', beforeMs: 1_700_000_000_000 };

let keys = 0;
function start() {
  const key = `revoked:${++keys}`;
  return { key, process: () => new RevocationStream(redis.connect(), redis.connect(), key) };
}

const ttlMs = async (key: string) => Number(await redis.command('PTTL', key));

describe('RevocationStream', () => {
  it('tells every process, what was before its start too', async () => {
    const { process } = start();
    const one = process();
    const other = process();
    expect(await other.readNew()).toEqual([]);
    await one.add(SESSION, HOUR);
    await one.add(USER, HOUR);
    expect(await other.readNew()).toEqual([SESSION, USER]);
    expect(await process().readNew()).toEqual([SESSION, USER]);
  });

  it('reads all there is, however much, and skips what is none', async () => {
    const { process, key } = start();
    const reader = process();
    for (let n = 0; n < 2_500; n++) {
      const fields = ['kind', 'session', 'id', `s-${n}`, 'until_ms', '5'];
      await redis.command('XADD', key, `${n + 1}-0`, ...fields);
    }
    for (const fields of [
      ['kind', 'owner'],
      ['kind', 'session', 'id', 'x', 'until_ms', '1e999'],
      ['kind', 'owner', 'owner', Buffer.from([0xff]), 'before_ms', '5'],
    ]) {
      await redis.command('XADD', key, '*', ...fields);
    }
    await process().add(USER, HOUR);
    const found = await reader.readNew();
    expect(found).toHaveLength(2_501);
    expect(found.at(-1)).toEqual(USER);
    // From then on what is new, and little that is not.
    await process().add(SESSION, HOUR);
    expect(await reader.readNew()).toEqual([USER, SESSION]);
  });

  it('is read whole, whatever is masked in entries of others', async () => {
    const { process, key } = start();
    await process().add(SESSION, HOUR);
    await process().add(USER, HOUR);
    const target = { ...redis.target, redactFields: ['kind', 'id', 'owner', '*_ms'] };
    const masking = connectRedis(target, { name: 'masking' });
    expect(await new RevocationStream(masking, masking, key).readNew()).toEqual([SESSION, USER]);
    masking.close();
  });

  it('expires by itself, and never sooner than another process asked for', async () => {
    const { process, key } = start();
    await process().add(SESSION, 2 * HOUR);
    await process().add(USER, HOUR);
    expect(await ttlMs(key)).toBeGreaterThan(HOUR);
    await process().add(USER, 3 * HOUR);
    expect(await ttlMs(key)).toBeGreaterThan(2 * HOUR);
  });
});
