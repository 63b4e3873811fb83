import { writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lag } from '@/lib/model/lag';
import { ownRedis } from '@/lib/testing/own-redis';
import { readStream, UNLIMITED } from './lag-reading';
import { StreamMemory } from './stream-memory';

/**
 * The traps of docs/lag.md, one by one, on whatever server runs the tests. With LAG_TRAPS_TO=<file>
 * what Redis says of each is written there: the table is made of that.
 */
const redis = ownRedis();
beforeEach(() => redis.command('FLUSHALL'));

type Command = (string | number)[];
type Told = Partial<Lag>;
interface Trap {
  name: string;
  /** What happens before anybody looks, and between the first look and the second. */
  before: Command[];
  between?: Command[];
  /** What is true in the end: told of the group `g` at the second look, and at a first one. */
  watched: Told;
  firstLook?: Told;
}

const add = (from: number, to: number): Command[] =>
  Array.from({ length: to - from + 1 }, (_, n) => ['XADD', 's', `${from + n}-0`, 'a', 'b']);
const read = (group: string, count: number): Command => [
  ...['XREADGROUP', 'GROUP', group, 'c', 'COUNT', count, 'STREAMS', 's', '>'],
];
const create = (group: string, id: string): Command => [
  ...['XGROUP', 'CREATE', 's', group, id, 'MKSTREAM'],
];
const setId = (id: string, ...more: (string | number)[]): Command => [
  ...['XGROUP', 'SETID', 's', 'g', id, ...more],
];
const trim = (length: number): Command => ['XTRIM', 's', 'MAXLEN', length];
const BY_REDIS = expect.stringContaining('Redis counts');
const THIRTY = [create('g', '0'), ...add(1, 30)];

const TRAPS: Trap[] = [
  {
    name: 'an entry ahead of the group was deleted',
    before: [...THIRTY, read('g', 10)],
    between: [['XDEL', 's', '20-0']],
    watched: { value: 19, quality: 'counted', lost: 1 },
    firstLook: { value: 19, quality: 'counted', lost: null },
  },
  {
    name: 'the group was set to an id',
    before: [...THIRTY, setId('12-0')],
    watched: { value: 18, quality: 'counted', lost: 0 },
  },
  {
    name: 'the group was created at an id in the midst',
    before: [...add(1, 30), create('g', '12-0')],
    watched: { value: 18, quality: 'counted', lost: 0 },
  },
  {
    name: 'the group was set to an id with a wrong ENTRIESREAD',
    before: [...THIRTY, setId('12-0', 'ENTRIESREAD', 25)],
    watched: { value: 18, quality: 'counted', lost: 0 },
  },
  {
    name: 'trimmed unread',
    before: [...THIRTY, read('g', 1)],
    between: [trim(10)],
    watched: { value: 10, quality: 'exact', lost: 19 },
    firstLook: { value: 10, quality: 'exact', lost: 19, lost_reason: BY_REDIS },
  },
  {
    name: 'trimmed unread, and the group never read',
    before: [...THIRTY, trim(10)],
    watched: { value: 10, quality: 'exact', lost: 20 },
  },
  {
    name: 'trimmed unread, then read on',
    before: [...THIRTY, read('g', 1), trim(10), read('g', 3)],
    watched: { value: 7, lost: 0 },
  },
  {
    name: 'trimmed unread, then caught up',
    before: [...THIRTY, read('g', 1), trim(3), read('g', 10)],
    watched: { value: 0, quality: 'exact', lost: 0 },
  },
  {
    name: 'trimmed unread twice, read on in between',
    before: [...THIRTY, read('g', 1), trim(20), read('g', 5), ...add(31, 40)],
    between: [trim(10)],
    watched: { value: 10, quality: 'exact', lost: 15 },
    // Up to Redis 7.0 and Valkey 8 with the nine lost before it read on.
    firstLook: {
      ...{ value: 10, quality: 'exact', lost_reason: BY_REDIS },
      lost: expect.toSatisfy((lost) => lost === 15 || lost === 24),
    },
  },
  {
    name: 'trimmed to nothing',
    before: [...THIRTY, read('g', 1), trim(0)],
    watched: { value: 0, quality: 'exact' },
  },
  {
    name: 'the stream is empty, then fills again',
    before: [...THIRTY, read('g', 1), trim(0), ...add(31, 35)],
    watched: { value: 5, quality: 'exact' },
  },
  {
    name: 'behind workers that delete what they have done',
    before: [create('w', '0'), ...THIRTY, read('g', 10), read('w', 20)],
    between: [['XDEL', 's', ...Array.from({ length: 20 }, (_, n) => `${n + 1}-0`)]],
    watched: { value: 10, quality: 'exact', lost: 10 },
    firstLook: { value: 10, quality: 'exact', lost: 10, lost_reason: BY_REDIS },
  },
  {
    name: 'ahead of workers that delete what they have done',
    before: [
      create('w', '0'),
      ...THIRTY,
      read('g', 25),
      read('w', 20),
      ['XDEL', 's', '3-0', '9-0'],
    ],
    watched: { value: 5, lost: 0 },
  },
  {
    name: 'the last entry was deleted',
    before: [...THIRTY, read('g', 10), ['XDEL', 's', '30-0']],
    watched: { value: 19, quality: 'counted' },
  },
  {
    name: 'set past the last entry',
    before: [...THIRTY, setId('99-0')],
    watched: { value: 0, quality: 'exact', lost: 0 },
  },
  {
    name: 'set back to the start after it had read',
    before: [...THIRTY, read('g', 30), trim(10), setId('0')],
    watched: { value: 10, quality: 'exact', lost: 20 },
  },
  {
    name: 'made at the end of a stream that was trimmed',
    before: [...add(1, 30), trim(10), create('g', '$'), ...add(31, 34)],
    watched: { value: 4, lost: 0 },
  },
  {
    name: 'the stream was recreated',
    before: [...THIRTY, read('g', 10)],
    between: [['DEL', 's'], ...add(101, 105), create('g', '102-0')],
    watched: { value: 3, quality: 'counted', lost: 0 },
  },
];

const said: { name: string; lag: unknown; entriesRead: unknown; ours: Lag }[] = [];

async function lagOfGroup(memory: StreamMemory): Promise<{ lag: Lag; redisSays: Command }> {
  const reading = await readStream(redis.connect(), 's', memory, UNLIMITED, Date.now());
  if (typeof reading === 'string') throw new Error(reading);
  const at = reading.info.groups.findIndex(({ name }) => name === 'g');
  const [group, lag] = [reading.info.groups[at], reading.lags[at]];
  if (group === undefined || lag === undefined) throw new Error('There is no group g.');
  return { lag, redisSays: [String(group.lag), String(group.entriesRead)] };
}

const run = async (commands: Command[]) => {
  for (const command of commands) await redis.command(...command);
};

describe('the lag is true though', () => {
  it.each(TRAPS)('$name', async ({ name, before, between = [], watched, firstLook = watched }) => {
    await run(before);
    const memory = new StreamMemory();
    await lagOfGroup(memory);
    await run(between);
    const { lag, redisSays } = await lagOfGroup(memory);
    said.push({ name, lag: redisSays[0], entriesRead: redisSays[1], ours: lag });
    expect(lag).toMatchObject(watched);
    expect((await lagOfGroup(new StreamMemory())).lag).toMatchObject(firstLook);
  });

  afterAll(() => {
    const file = process.env.LAG_TRAPS_TO;
    if (file !== undefined) writeFileSync(file, JSON.stringify(said, null, 1));
  });
});
