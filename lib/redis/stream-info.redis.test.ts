import { beforeAll, describe, expect, it } from 'vitest';
import { ownRedis } from '@/lib/testing/own-redis';
import { EVERYTHING } from './sample-request';
import { readStreamInfo, type StreamInfo } from './stream-info';

const redis = ownRedis();
const NOISE = Uint8Array.of(0xff, 0x00, 0xfe);
/** More than passes between two looks at the same stream, far less than any idle time claimed here. */
const SLACK_MS = 600_000;

beforeAll(async () => {
  const narrow = ['-@all', '+xinfo', '+xpending', '+type', '+memory|usage', '+ping', '+hello'];
  await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', ...narrow);
});

/** The same stream, read by a script and by a user who may not run any. */
async function readBothWays(stream: string) {
  const byScript = await readStreamInfo(redis.connect(), stream);
  const narrow = redis.connect({ username: 'narrow', password: 'pw' });
  return { byScript, byCommands: await readStreamInfo(narrow, stream) };
}
function asStream(info: StreamInfo | string): StreamInfo {
  if (typeof info === 'string') throw new Error(info);
  return info;
}
/** Without times, which differ between two looks, and what it cost; only a script counts. */
function timeless(info: StreamInfo | string) {
  const { redisUs: _time, commands: _commands, edgeBytes: _bytes, ...stream } = asStream(info);
  return {
    ...stream,
    groups: stream.groups.map(({ idleMs, oldestPending, behind: _behind, ...group }) => ({
      ...group,
      idleKnown: idleMs !== null,
      oldestPending: oldestPending && { ...oldestPending, idle_ms: 0 },
    })),
  };
}

describe('readStreamInfo', () => {
  it('tells an absent key and one of another type from a stream', async () => {
    await redis.command('SET', 'text', 'x');
    expect(await readBothWays('absent')).toEqual({ byScript: 'absent', byCommands: 'absent' });
    expect(await readBothWays('text')).toEqual({
      byScript: 'wrong_type',
      byCommands: 'wrong_type',
    });
  });

  it('tells all there is of a stream that is empty', async () => {
    await redis.command('XGROUP', 'CREATE', 'empty', 'g', '$', 'MKSTREAM');
    const { byScript, byCommands } = await readBothWays('empty');
    expect(timeless(byCommands)).toEqual(timeless(byScript));
    expect(byScript).toEqual({
      length: 0,
      firstId: null,
      lastId: null,
      lastGeneratedId: '0-0',
      entriesAdded: 0,
      maxDeletedId: '0-0',
      memoryBytes: expect.any(Number),
      edgeBytes: 0,
      radixTree: { keys: 0, nodes: 1 },
      redisUs: expect.any(Number),
      commands: 1,
      groups: [
        {
          name: 'g',
          consumers: 0,
          pending: 0,
          lastDeliveredId: '0-0',
          entriesRead: expect.toSatisfy((read) => read === 0 || read === null),
          lag: 0,
          oldestPending: null,
          idleMs: null,
          behind: null,
        },
      ],
    });
  });

  it('tells the same with and without scripts: nil lag, bytes for names, pending, idle', async () => {
    const key = Buffer.from('facts');
    for (let n = 1; n <= 6; n++) await redis.command('XADD', key, `${n}-1`, 'a', NOISE);
    await redis.command('XGROUP', 'CREATE', key, 'nil-lag', '3-1');
    await redis.command('XGROUP', 'CREATE', key, NOISE, '0');
    await redis.command('XGROUP', 'CREATE', key, 'nobody', '0');
    await redis.command('XREADGROUP', 'GROUP', NOISE, NOISE, 'COUNT', 2, 'STREAMS', key, '>');
    await redis.command('XREADGROUP', 'GROUP', NOISE, '', 'COUNT', 1, 'STREAMS', key, '>');
    await redis.command('XACK', key, NOISE, '1-1');
    await redis.command('XDEL', key, '2-1');

    const { byScript, byCommands } = await readBothWays('facts');
    expect(timeless(byCommands)).toEqual(timeless(byScript));
    const stream = asStream(byScript);
    expect(stream).toMatchObject({
      length: 5,
      firstId: '1-1',
      lastId: '6-1',
      lastGeneratedId: '6-1',
      entriesAdded: 6,
      maxDeletedId: '2-1',
    });
    const groups = new Map(stream.groups.map((group) => [group.name, group]));
    expect([...groups.keys()].sort()).toEqual(['binary:_wD-', 'nil-lag', 'nobody']);
    expect(groups.get('nil-lag')).toMatchObject({ lag: null, idleMs: null, consumers: 0 });
    expect(groups.get('binary:_wD-')).toMatchObject({
      consumers: 2,
      pending: 2,
      lastDeliveredId: '3-1',
      oldestPending: { id: '2-1', consumer: 'binary:_wD-', deliveries: 1 },
    });
    for (const { idleMs } of [...asStream(byCommands).groups, ...stream.groups]) {
      if (idleMs !== null) expect(idleMs).toBeLessThan(SLACK_MS);
    }
  });

  it('gives the least idle of the consumers', async () => {
    await redis.command('XGROUP', 'CREATE', 'idle', 'g', '0', 'MKSTREAM');
    await redis.command('XADD', 'idle', '1-1', 'a', 'b');
    await redis.command('XREADGROUP', 'GROUP', 'g', 'old', 'STREAMS', 'idle', '>');
    await redis.command('XCLAIM', 'idle', 'g', 'old', 0, '1-1', 'IDLE', 900_000);
    const { byScript, byCommands } = await readBothWays('idle');
    for (const info of [byScript, byCommands]) {
      const [group] = asStream(info).groups;
      expect(group?.oldestPending?.idle_ms).toBeGreaterThanOrEqual(900_000);
      expect(group?.idleMs).toBeLessThan(SLACK_MS);
    }
  });

  it('does not look through thousands of consumers', async () => {
    await redis.command('XGROUP', 'CREATE', 'crowd', 'g', '0', 'MKSTREAM');
    for (let n = 0; n < 257; n++) {
      await redis.command('XGROUP', 'CREATECONSUMER', 'crowd', 'g', `c${n}`);
    }
    const { byScript, byCommands } = await readBothWays('crowd');
    for (const info of [byScript, byCommands]) {
      expect(asStream(info).groups[0]).toMatchObject({ consumers: 257, idleMs: null });
    }
  });

  it('sees what came and was deleted again, though all that is left is as it was', async () => {
    await redis.command('XADD', 'passed', '1-1', 'a', 'stays');
    await redis.command('XGROUP', 'CREATE', 'passed', 'g', '$');
    const connection = redis.connect();
    const known = asStream(await readStreamInfo(connection, 'passed'));
    const again = () => readStreamInfo(connection, 'passed', { ...EVERYTHING, known });
    expect(await again()).toMatchObject({ edgeBytes: null, lastGeneratedId: '1-1' });
    for (const id of ['2-1', '3-1']) {
      await redis.command('XADD', 'passed', id, 'a', 'b');
      await redis.command('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'passed', '>');
      await redis.command('XACK', 'passed', 'g', id);
      await redis.command('XDEL', 'passed', id);
    }
    expect(await again()).toMatchObject({
      length: 1,
      lastGeneratedId: '3-1',
      entriesAdded: expect.toSatisfy((added) => added === 3 || added === null),
    });
  });

  it('carries no payload out of Redis', async () => {
    await redis.command('XADD', 'large', '1-1', 'a', Buffer.alloc(5_000_000, 1));
    await redis.command('XADD', 'large', '2-1', 'a', Buffer.alloc(5_000_000, 1));
    const connection = redis.connect();
    await connection.command('PING');
    const sentBytes = async () =>
      Number(
        /total_net_output_bytes:(\d+)/.exec(String(await redis.command('INFO', 'stats')))?.[1],
      );
    const before = await sentBytes();
    expect(asStream(await readStreamInfo(connection, 'large'))).toMatchObject({
      firstId: '1-1',
      lastId: '2-1',
    });
    expect((await sentBytes()) - before).toBeLessThan(20_000);
  });

  it('is denied where nothing may be read, whatever the reason', async () => {
    await redis.command('ACL', 'SETUSER', 'none', 'on', '>pw', '~*', '-@all', '+ping', '+hello');
    await redis.command('ACL', 'SETUSER', 'half', 'on', '>pw', '~*', '+@all', '-xinfo');
    await redis.command('ACL', 'SETUSER', 'keys', 'on', '>pw', '~other:*', '+@all');
    await redis.command('XADD', 'denied', '1-1', 'a', 'b');
    for (const username of ['none', 'half', 'keys']) {
      const connection = redis.connect({ username, password: 'pw' });
      await expect(readStreamInfo(connection, 'denied'), username).rejects.toMatchObject({
        code: 'redis_permission_denied',
      });
    }
  });
});
