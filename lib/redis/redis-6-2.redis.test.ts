import { describe, expect, it } from 'vitest';
import { lagOf } from '@/lib/model/lag';
import { ownRedis } from '@/lib/testing/own-redis';
import type { CommandArgument, RedisConnection } from './connect';
import { asArray } from './replies';
import { EVERYTHING, scriptArguments } from './sample-request';
import { SAMPLE_STREAMS } from './sample-script';
import { READ_STREAM_POSITIONS } from './scripts';
import { parseStreamInfo, type StreamInfo } from './stream-info';
import { asPosition } from './stream-reads';

const redis = ownRedis();

/** What XINFO of Redis 6.2 does not tell; 7.0 and 7.2 brought it. */
const SINCE_7 = [
  ...['max-deleted-entry-id', 'entries-added', 'recorded-first-entry-id'],
  ...['entries-read', 'lag', 'inactive'],
];

/** Put before a script of ours: its XINFO answers as that of Redis 6.2 does. */
const AS_REDIS_6_2 = `
local since7 = {}
for _, name in ipairs({${SINCE_7.map((name) => `'${name}'`).join(',')}}) do since7[name] = true end
local function without(reply)
  if type(reply[1]) == 'table' then
    for i = 1, #reply do reply[i] = without(reply[i]) end
    return reply
  end
  local kept = {}
  for i = 1, #reply, 2 do
    if not since7[reply[i]] then kept[#kept + 1] = reply[i]; kept[#kept + 1] = reply[i + 1] end
  end
  return kept
end
local now = redis
local redis = { pcall = now.pcall }
function redis.call(name, ...)
  local reply = now.call(name, ...)
  return name == 'XINFO' and without(reply) or reply
end
`;

const COUNTING = scriptArguments([
  { ...EVERYTHING, countMax: { entries: 1_000, bytes: 1_000_000 } },
]);

async function asOld(
  connection: RedisConnection,
  script: string,
  key: string,
  ...args: CommandArgument[]
) {
  return await connection.command('EVAL', AS_REDIS_6_2 + script, 1, key, ...args);
}

async function sampleAsOld(connection: RedisConnection, key: string): Promise<unknown> {
  return asArray(await asOld(connection, SAMPLE_STREAMS, key, ...COUNTING))[0];
}

async function readInfo(connection: RedisConnection, key: string): Promise<StreamInfo> {
  const info = parseStreamInfo(await sampleAsOld(connection, key));
  if (typeof info === 'string') throw new Error(`${key} is ${info}`);
  return info;
}

async function addEntries(key: string, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await redis.command('XADD', key, `${n}000-0`, 'n', n);
}

describe('on Redis 6.2', () => {
  it('a stream is read without the counters it does not keep', async () => {
    await addEntries('plain', 1, 4);
    await redis.command('XGROUP', 'CREATE', 'plain', 'g', '0');
    await redis.command('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 2, 'STREAMS', 'plain', '>');
    const connection = redis.connect();

    const info = await readInfo(connection, 'plain');
    expect(info).toMatchObject({
      length: 4,
      firstId: '1000-0',
      lastId: '4000-0',
      lastGeneratedId: '4000-0',
      entriesAdded: null,
      maxDeletedId: null,
    });
    expect(info.groups).toMatchObject([
      {
        name: 'g',
        consumers: 1,
        pending: 2,
        lastDeliveredId: '2000-0',
        entriesRead: null,
        lag: null,
        oldestPending: { id: '1000-0', consumer: 'c' },
        idleMs: expect.any(Number),
      },
    ]);
  });

  it('a stream without entries or groups is read, and an absent one told', async () => {
    await redis.command('XGROUP', 'CREATE', 'empty', 'g', '$', 'MKSTREAM');
    const connection = redis.connect();
    expect(await readInfo(connection, 'empty')).toMatchObject({
      length: 0,
      firstId: null,
      lastId: null,
      lastGeneratedId: '0-0',
    });
    expect(parseStreamInfo(await sampleAsOld(connection, 'absent'))).toBe('absent');
  });

  it('where a stream stands is known by its ids', async () => {
    await addEntries('stands', 1, 4);
    await redis.command('XTRIM', 'stands', 'MAXLEN', 3);
    const reply = await asOld(redis.connect(), READ_STREAM_POSITIONS, 'stands', '');
    expect(asPosition('stands', Array.isArray(reply) ? reply[0] : reply)).toEqual({
      length: 3,
      lastGeneratedId: '4000-0',
      entriesAdded: null,
      firstId: '2000-0',
      maxDeletedId: null,
      // Of `n 2` and `n 4`, their names with them.
      copiedBytes: 4,
    });
  });

  it('a lag is decided by ids or counted, and never taken from a counter that is not there', async () => {
    await addEntries('lags', 1, 10);
    for (const [group, id] of [
      ['before', '0'],
      ['middle', '4000-0'],
      ['done', '10000-0'],
    ] as const) {
      await redis.command('XGROUP', 'CREATE', 'lags', group, id);
    }
    await redis.command('XTRIM', 'lags', 'MAXLEN', 8);
    await redis.command('XDEL', 'lags', '7000-0');
    const connection = redis.connect();
    const info = await readInfo(connection, 'lags');

    const lags = info.groups.map((group) => {
      const { counted, complete = false, firstId = null } = group.behind ?? {};
      const count = group.behind && { counted: counted ?? 0, complete, oldestId: firstId };
      return { group: group.name, ...lagOf({ ...info, ...group }, count, 60_000) };
    });
    expect(lags).toMatchObject([
      { group: 'before', value: 7, quality: 'exact', lost: null, behind_ms: 57_000 },
      { group: 'done', value: 0, quality: 'exact', lost: 0, behind_ms: null },
      { group: 'middle', value: 5, quality: 'counted', lost: null, behind_ms: 55_000 },
    ]);
  });
});
