import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import type { Lag } from '@/lib/model/lag';
import type { RedisConnection } from '@/lib/redis/connect';
import { ownRedis } from '@/lib/testing/own-redis';
import { type ReadingLimits, readStream, UNLIMITED } from './lag-reading';
import { StreamMemory } from './stream-memory';

/** Histories played; more for a long run. */
const RUNS = Number(process.env.LAG_TRUTH_RUNS ?? 20);
const NOW_MS = 20_000_000_000_000;
/** Where ids begin: of any length, of a clock's, and where they grow by a digit. */
const BEGINNINGS_MS = [0, 1_767_225_600_000, 9_999_999_999_990];
const GROUPS = ['a', 'b', 'c'] as const;
/** Counting that never gets far, so that bounds are told. */
const MEAGRE = { detailed: false, firstStep: 2 };

const redis = ownRedis();

const group = fc.constantFrom(...GROUPS);
const near = fc.integer({ min: -30, max: 3 });
const STEP = fc.oneof(
  { weight: 8, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      read: group,
      count: fc.integer({ min: 1, max: 9 }),
      noAck: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ack: group, count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ claim: group }) },
  { weight: 5, arbitrary: fc.record({ delete: fc.array(near, { minLength: 1, maxLength: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      trim: fc.constantFrom('MAXLEN', 'MINID'),
      mode: fc.constantFrom('=', '~'),
      to: fc.integer({ min: 0, max: 25 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      set: group,
      to: fc.oneof(fc.constantFrom('0', '$'), near),
      entriesRead: fc.option(fc.integer({ min: 0, max: 60 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ remake: group, to: fc.oneof(fc.constantFrom('0', '$'), near) }),
  },
  { weight: 1, arbitrary: fc.record({ recreate: fc.boolean() }) },
);
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

/** What is true of one stream: told by what was done to it, not by what Redis counts. */
class Truth {
  /** Ids go up by ones, with two entries a millisecond. */
  #next = 2;
  added: EntryId[] = [];
  cursors = new Map<string, EntryId>();
  /** Groups whose `entries-read` somebody set to anything. */
  readonly lied = new Set<string>();
  /** Groups that read on past entries they had lost: some versions count those as not read. */
  readonly leapt = new Set<string>();

  constructor(
    readonly stream: string,
    readonly beginsMs: number,
  ) {}

  /** How far what Redis counts as read can be trusted. */
  trusted(name: string): 'lied' | 'leapt' | 'all' {
    return this.lied.has(name) ? 'lied' : this.leapt.has(name) ? 'leapt' : 'all';
  }

  #idOf(n: number): EntryId {
    return `${this.beginsMs + Math.floor(n / 2)}-${n % 2}`;
  }

  /** An id some way from the next one. */
  #near(offset: number): EntryId {
    return this.#idOf(Math.max(1, this.#next + offset));
  }

  async add(count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => this.#idOf(this.#next++));
    await Promise.all(ids.map((id) => redis.command('XADD', this.stream, id, 'a', 'b')));
    this.added.push(...ids);
  }

  async left(): Promise<EntryId[]> {
    const entries = (await redis.command('XRANGE', this.stream, '-', '+')) as [EntryId][];
    return entries.map(([id]) => id);
  }

  async make(name: string, to: string | number): Promise<void> {
    const id = typeof to === 'number' ? this.#near(to) : to;
    await redis.command('XGROUP', 'CREATE', this.stream, name, id, 'MKSTREAM');
    this.#put(name, id);
    this.lied.delete(name);
    this.leapt.delete(name);
  }

  #put(name: string, id: string): void {
    this.cursors.set(name, id === '0' ? '0-0' : id === '$' ? (this.added.at(-1) ?? '0-0') : id);
  }

  async take(step: Step): Promise<void> {
    const { stream } = this;
    if ('add' in step) await this.add(step.add);
    else if ('read' in step) await this.#read(step.read, step.count, step.noAck);
    else if ('ack' in step) {
      const held = (await redis.command('XPENDING', stream, step.ack, '-', '+', step.count)) as [
        EntryId,
      ][];
      if (held.length > 0) {
        await redis.command('XACK', stream, step.ack, ...held.map(([id]) => id));
      }
    } else if ('claim' in step) {
      await redis.command('XAUTOCLAIM', stream, step.claim, 'other', 0, '0', 'COUNT', 3);
    } else if ('delete' in step) {
      await redis.command('XDEL', stream, ...step.delete.map((offset) => this.#near(offset)));
    } else if ('trim' in step) {
      const to = step.trim === 'MAXLEN' ? step.to : this.#near(-step.to);
      await redis.command('XTRIM', stream, step.trim, step.mode, to);
    } else if ('set' in step) {
      const id = typeof step.to === 'number' ? this.#near(step.to) : step.to;
      const read = step.entriesRead === null ? [] : ['ENTRIESREAD', step.entriesRead];
      await redis.command('XGROUP', 'SETID', stream, step.set, id, ...read);
      this.#put(step.set, id);
      if (step.entriesRead === null) this.lied.delete(step.set);
      else this.lied.add(step.set);
    } else if ('remake' in step) {
      await redis.command('XGROUP', 'DESTROY', stream, step.remake);
      await this.make(step.remake, step.to);
    } else {
      await redis.command('DEL', stream);
      this.added = [];
      for (const name of GROUPS) await this.make(name, '$');
      if (step.recreate) await this.add(3);
    }
  }

  async #read(name: string, count: number, noAck: boolean): Promise<void> {
    const how = ['COUNT', count, ...(noAck ? ['NOACK'] : []), 'STREAMS', this.stream, '>'];
    const reply = (await redis.command('XREADGROUP', 'GROUP', name, 'c', ...how)) as
      | [string, [EntryId][]][]
      | null;
    const ids = reply?.[0]?.[1].map(([id]) => id) ?? [];
    const last = ids.at(-1);
    if (last === undefined) return;
    const cursor = this.cursors.get(name) ?? '0-0';
    const isPassed = (id: EntryId) =>
      compareEntryIds(id, cursor) > 0 && compareEntryIds(id, last) <= 0;
    if (this.added.filter(isPassed).length > ids.length) this.leapt.add(name);
    this.cursors.set(name, last);
  }

  /** For each group: what it can still be given, and how much of what was added it never can. */
  async ofGroups(): Promise<Map<string, { undelivered: EntryId[]; lost: number }>> {
    const left = await this.left();
    return new Map(
      [...this.cursors].map(([name, cursor]) => {
        const isBehind = (id: EntryId) => compareEntryIds(id, cursor) > 0;
        const undelivered = left.filter(isBehind);
        return [
          name,
          { undelivered, lost: this.added.filter(isBehind).length - undelivered.length },
        ];
      }),
    );
  }
}

async function lagsOf(
  connection: RedisConnection,
  stream: string,
  memory: StreamMemory,
  limits: ReadingLimits,
): Promise<Map<string, Lag>> {
  const reading = await readStream(connection, stream, memory, limits, NOW_MS);
  if (typeof reading === 'string') throw new Error(reading);
  return new Map(
    reading.info.groups.map(({ name }, at) => {
      const lag = reading.lags[at];
      if (lag === undefined) throw new Error(`${name} has no lag`);
      return [name, lag];
    }),
  );
}

/** What was told, so that a run that never met a case is seen. */
const told = {
  ...{ exact: 0, counted: 0, at_least: 0, unknown: 0 },
  ...{ lost: 0, lostKnown: 0, lostNull: 0, lostByRedis: 0 },
};

function check(
  lag: Lag | undefined,
  truth: { undelivered: EntryId[]; lost: number },
  trusted: 'lied' | 'leapt' | 'all',
  context: string,
): void {
  if (lag === undefined) throw new Error(`${context}: no lag`);
  const value = truth.undelivered.length;
  told[lag.quality]++;
  if (lag.quality === 'exact' || lag.quality === 'counted') {
    expect(lag.value, context).toBe(value);
  } else if (lag.quality === 'at_least') {
    expect(lag.value ?? -1, context).toBeLessThanOrEqual(value);
  } else {
    expect(lag.value, context).toBeNull();
  }
  expect(lag.reason === null, context).toBe(lag.quality === 'exact');
  if (lag.lost !== null && lag.lost_reason !== undefined) {
    told.lostByRedis++;
    if (trusted === 'lied') return;
    if (trusted === 'leapt') expect(lag.lost, context).toBeGreaterThanOrEqual(truth.lost);
    else expect(lag.lost, `${context}, lost by Redis`).toBe(truth.lost);
  } else if (lag.lost !== null) {
    expect(lag.lost, `${context}, lost`).toBe(truth.lost);
    told[truth.lost > 0 ? 'lost' : 'lostKnown']++;
  } else {
    expect(lag.lost_reason, context).toEqual(expect.any(String));
    told.lostNull++;
  }
  const [oldest] = truth.undelivered;
  const ageMs = oldest === undefined ? null : NOW_MS - Number(oldest.split('-')[0]);
  if (lag.quality !== 'unknown' && lag.behind_ms !== null) {
    expect(lag.behind_ms, context).toBe(ageMs);
  }
  if (ageMs === null) expect(lag.behind_ms, context).toBeNull();
  else if (lag.quality === 'counted') expect(lag.behind_ms, context).not.toBeNull();
}

describe('every number told of a lag', () => {
  it(
    'is true, whatever is done to the stream and its groups',
    async () => {
      // A trim that is roughly so takes whole nodes.
      await redis.command('CONFIG', 'SET', 'stream-node-max-entries', 5);
      const narrow = ['-@all', '+xinfo', '+xpending', '+type', '+hello'];
      await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', ...narrow);
      let runs = 0;
      const connection = redis.connect();
      const denied = redis.connect({ username: 'narrow', password: 'pw' });
      const history = fc.array(fc.record({ step: STEP, look: fc.boolean() }), {
        minLength: 20,
        maxLength: 80,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(history, fc.constantFrom(...BEGINNINGS_MS), async (steps, beginsMs) => {
          const truth = new Truth(`truth:${++runs}`, beginsMs);
          await truth.add(6);
          for (const name of GROUPS) await truth.make(name, name === 'c' ? '0' : '$');
          const [always, nowAndThen, meagre] = [
            new StreamMemory(),
            new StreamMemory(),
            new StreamMemory(),
          ];
          // These two share a script, once they know how large entries are.
          const [beside, besideToo] = [new StreamMemory(), new StreamMemory()];
          for (const [at, { step, look }] of steps.entries()) {
            await truth.take(step);
            const expected = await truth.ofGroups();
            const meagreLimits = { ...MEAGRE, allowance: { entries: 3 } };
            const readers: [string, RedisConnection, StreamMemory, ReadingLimits][] = [
              ['always', connection, always, UNLIMITED],
              ['first look', connection, new StreamMemory(), UNLIMITED],
              ['meagre', connection, meagre, meagreLimits],
              ['beside', connection, beside, { ...UNLIMITED, detailed: at === 0 }],
            ];
            if (look) {
              readers.push(
                ['now and then', connection, nowAndThen, UNLIMITED],
                ['beside too', connection, besideToo, { ...UNLIMITED, detailed: at % 7 === 0 }],
                ['denied', denied, new StreamMemory(), UNLIMITED],
              );
            }
            const looks = readers.map(async ([reader, through, memory, limits]) => {
              const lags = await lagsOf(through, truth.stream, memory, limits);
              for (const [name, facts] of expected) {
                // Where nothing can be counted, what Redis was told to count is believed.
                const believes = reader === 'denied' || reader === 'meagre';
                if (believes && truth.lied.has(name)) continue;
                const trusted = truth.trusted(name);
                const context = `${reader}, ${name}, step ${at} of ${truth.stream}`;
                check(lags.get(name), facts, trusted, context);
              }
            });
            await Promise.all(looks);
          }
          await redis.command('DEL', truth.stream);
        }),
        { numRuns: RUNS, endOnFailure: process.env.LAG_TRUTH_RUNS === undefined },
      );
      // Every kind of answer was given, or this test tests less than it says.
      expect(Object.entries(told).filter(([, times]) => times === 0)).toEqual([]);
    },
    RUNS * 12_000 + 120_000,
  );
});
