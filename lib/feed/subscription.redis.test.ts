import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import { parseFeedFilter } from '@/lib/model/feed-filter';
import type { FeedMessage } from '@/lib/model/feed-message';
import { liveFeed, PATIENT, type Subscriber } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { subscribe } from './subscription';

const redis = ownRedis();
let streams = 0;
const newStream = () => `stream:${++streams}`;

async function add(stream: string, type: string, id = '*'): Promise<EntryId> {
  const data = `{"n":${streams}}`;
  return String(
    await redis.command('XADD', stream, id, 'type', type, 'job_id', 'j1', 'data', data),
  );
}
const addMany = (stream: string, count: number, type = 't') =>
  Promise.all(Array.from({ length: count }, () => add(stream, type)));

/** Ids that are in the stream now. */
async function idsIn(stream: string): Promise<EntryId[]> {
  const entries = (await redis.command('XRANGE', stream, '-', '+')) as [string, unknown][];
  return entries.map(([id]) => id);
}
const reaches = (subscriber: Subscriber, ids: EntryId[]) =>
  vi.waitFor(() => expect(subscriber.ids).toEqual(ids), PATIENT);
const hears = (subscriber: Subscriber, event: string, count = 1) =>
  vi.waitFor(() => expect(subscriber.own(event)).toHaveLength(count), PATIENT);

const lastStatus = (subscriber: Subscriber, status: Record<string, unknown>) =>
  vi.waitFor(
    () => expect(subscriber.own('dashboard.status').at(-1)).toMatchObject(status),
    PATIENT,
  );

describe('a subscriber', () => {
  it('hears first where it stands: the end, an id, or the start', async () => {
    const stream = newStream();
    const [first = ''] = await addMany(stream, 1);
    const feed = liveFeed(redis);
    const [live, resumed, replay] = [
      feed.open(stream),
      feed.open(stream, { lastId: '5-0' }),
      feed.open(stream, { lastId: '0-0' }),
    ];
    for (const subscriber of [live, resumed, replay]) await hears(subscriber, 'dashboard.hello');
    const hello = (subscriber: Subscriber) => subscriber.own('dashboard.hello')[0];
    expect(hello(live)).toEqual({ stream, requested: null, resumed_from: first });
    expect(hello(resumed)).toEqual({ stream, requested: '5-0', resumed_from: '5-0' });
    expect(hello(replay)).toEqual({ stream, requested: '0-0', resumed_from: '0-0' });
    await reaches(replay, [first]);
    await reaches(resumed, [first]);
    const second = await add(stream, 't');
    await reaches(live, [second]);
  });

  it('gets exactly what the stream holds after its id and passes its filter', async () => {
    const kinds = ['a.x', 'a.y', 'b.x'];
    const action = fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 400 }), type: fc.constantFrom(...kinds) }),
      fc.record({ open: fc.constantFrom('', 'type=a.*', 'type=*.x', 'q=none'), at: fc.nat() }),
      fc.record({ leave: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 14 }), async (actions) => {
        const stream = newStream();
        const feed = liveFeed(redis);
        const types = new Map<EntryId, string>();
        const open: { subscriber: Subscriber; query: string; after: EntryId }[] = [];
        for (const step of actions) {
          const known = [...types.keys()];
          if ('add' in step) {
            for (const id of await addMany(stream, step.add, step.type)) types.set(id, step.type);
          } else if ('open' in step) {
            const after = known[step.at % (known.length + 1)] ?? '0-0';
            const options = { lastId: after, query: step.open };
            open.push({ subscriber: feed.open(stream, options), query: step.open, after });
          } else await open[step.leave % (open.length || 1)]?.subscriber.leave();
        }
        const all = await idsIn(stream);
        for (const { subscriber, query, after } of open) {
          const passes = (type = '') =>
            query === '' ||
            new RegExp(`^${/type=(.*)|/.exec(query)?.[1]?.replace('*', '.*')}$`).test(type);
          const wanted = all.filter(
            (id) => compareEntryIds(id, after) > 0 && passes(types.get(id)),
          );
          const left = subscriber.isDone;
          if (!left) await reaches(subscriber, wanted);
          else expect(subscriber.ids).toEqual(wanted.slice(0, subscriber.ids.length));
          expect(subscriber.own('dashboard.gap')).toEqual([]);
        }
        redis.closeAll();
      }),
      { numRuns: 8 },
    );
  });

  it('that does not read costs nothing, and loses nothing that Redis still has', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const slow = feed.open(stream);
    await hears(slow, 'dashboard.hello');
    slow.pause();
    const followed = await feed.followed(stream);
    // More than the log holds: it has to go back to Redis.
    for (let round = 0; round < 12; round++) await addMany(stream, 1_000);
    const all = await idsIn(stream);
    await vi.waitFor(() => expect(followed.log.headId).toBe(all.at(-1)), PATIENT);
    expect(followed.log.covers(all[0] ?? '')).toBe(false);
    expect(slow.batchesPaused).toBeLessThanOrEqual(1);
    slow.resume();
    await reaches(slow, all);
  });

  it('gets on over entries of megabytes', async () => {
    const stream = newStream();
    const large = Buffer.alloc(4_000_000, 0x78);
    const ids = Array.from({ length: 30 }, (_, n) => `${n + 1}-0`);
    for (const id of ids) await redis.command('XADD', stream, id, 'type', 'big', 'v', large);
    const feed = liveFeed(redis);
    const subscriber = feed.open(stream, { lastId: '0-0' });
    await reaches(subscriber, ids);
    const stub = subscriber.messages.find(({ event }) => event === 'big');
    expect(JSON.parse(stub?.data ?? '')).toMatchObject({ omitted: { bytes: 4_000_008 } });
    await redis.command('DEL', stream);
  });

  it('is heard of no more once it left, and the last one lets the stream go', async () => {
    const stream = newStream();
    const feed = liveFeed(redis, {}, { rememberedMs: 0 });
    const [one, two] = [feed.open(stream), feed.open(stream)];
    await hears(one, 'dashboard.hello');
    await hears(two, 'dashboard.hello');
    const followed = await feed.followed(stream);
    feed.reader.unfollow(followed);
    expect(followed.followers).toBe(2);
    await one.leave();
    expect(followed.followers).toBe(1);
    await two.leave();
    expect(followed.followers).toBe(0);
    await vi.waitFor(() => {
      const now = feed.reader.follow(stream);
      feed.reader.unfollow(now);
      expect(now).not.toBe(followed);
    }, PATIENT);
  });

  it('learns how much it lost when it comes back to a stream nobody followed meanwhile', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const before = feed.open(stream);
    await hears(before, 'dashboard.hello');
    const followed = await feed.followed(stream);
    feed.reader.unfollow(followed);
    const ids = await addMany(stream, 5);
    await reaches(before, ids);
    await before.leave();
    await addMany(stream, 40);
    await redis.command('XTRIM', stream, 'MAXLEN', 2);
    const left = await idsIn(stream);
    const after = feed.open(stream, { lastId: ids[3] ?? null });
    await reaches(after, left);
    expect(after.own('dashboard.gap')).toEqual([{ after: ids[3], before: left[0], lost: 39 }]);
    const next = await add(stream, 't');
    await reaches(after, [...left, next]);
    expect(followed.followers).toBe(1);
  });

  it('is told when it comes back that the stream is another', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const before = feed.open(stream);
    await hears(before, 'dashboard.hello');
    feed.reader.unfollow(await feed.followed(stream));
    const ids = await addMany(stream, 5);
    await reaches(before, ids);
    await before.leave();
    await redis.command('DEL', stream);
    const others = await addMany(stream, 3);
    const after = feed.open(stream, { lastId: ids.at(-1) ?? null });
    await reaches(after, others);
    expect(after.own('dashboard.reset')).toHaveLength(1);
  });

  it('ends with the process, while it waits and while it is not read', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const [waiting, paused] = [feed.open(stream), feed.open(stream)];
    await hears(waiting, 'dashboard.hello');
    paused.pause();
    feed.stop();
    await waiting.done;
    paused.resume();
    await paused.done;
    await feed.running;
  });
});

describe('a subscriber who may not read back', () => {
  it('is told why it gets nothing, and goes on once it may', async () => {
    const stream = newStream();
    const ids = await addMany(stream, 3);
    const user = `forward:${streams}`;
    const rights = ['on', 'nopass', '~*', '+@all', '-xrange', '-eval', '-evalsha'];
    await redis.command('ACL', 'SETUSER', user, ...rights);
    const narrow = liveFeed(redis, { username: user, password: 'any' });
    const back = narrow.open(stream, { lastId: '0-0' });
    await lastStatus(back, { redis: 'up', code: 'redis_permission_denied' });
    expect(back.ids).toEqual([]);
    await redis.command('ACL', 'SETUSER', user, '+xrange');
    await reaches(back, ids);
    await vi.waitFor(() => {
      const last = back.own('dashboard.status').at(-1);
      expect(last).toMatchObject({ redis: 'up' });
      expect(last).not.toHaveProperty('code');
    }, PATIENT);
  });
});

describe('the reader’s count', () => {
  it('is not led astray by entries that workers delete', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    const followed = await feed.followed(stream);
    await addMany(stream, 3);
    // Three come and the middle one is gone before anybody could read it.
    const ids = (await redis.command(
      ...([
        'EVAL',
        `local ids = {}
        for n = 1, 3 do ids[n] = redis.call('XADD', KEYS[1], '*', 'type', 't') end
        redis.call('XDEL', KEYS[1], ids[2])
        return {ids[1], ids[3]}`,
        1,
        stream,
      ] as const),
    )) as string[];
    await vi.waitFor(() => expect(live.ids.at(-1)).toBe(ids[1]), PATIENT);
    expect(followed.log.headSequence).toBe(6);
    await redis.command('XTRIM', stream, 'MAXLEN', 0);
    const last = await add(stream, 't');
    await vi.waitFor(() => expect(live.ids.at(-1)).toBe(last), PATIENT);
    expect(live.own('dashboard.gap')).toEqual([]);
  });
});

describe('where to resume', () => {
  it('is told at the start to who asks for what is new, and to nobody else', async () => {
    const stream = newStream();
    const [first = '', last] = await addMany(stream, 2);
    const feed = liveFeed(redis);
    const fresh = feed.open(stream);
    await hears(fresh, 'dashboard.hello');
    expect(fresh.messages[0]).toMatchObject({ event: 'dashboard.hello', resume: last });
    const resumed = feed.open(stream, { lastId: first });
    await reaches(resumed, [last ?? '']);
    expect(resumed.own('dashboard.position')).toEqual([]);
  });

  it('is told to who is sent nothing, because of its filter', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const openedMs = performance.now();
    const live = feed.open(stream, { query: 'type=wanted' });
    await hears(live, 'dashboard.hello');
    const ids = await addMany(stream, 30, 'other');
    await vi.waitFor(
      () => expect(live.own('dashboard.position').at(-1)).toEqual({ id: ids.at(-1) }),
      PATIENT,
    );
    expect(live.ids).toEqual([]);
    const wanted = await add(stream, 'wanted');
    await reaches(live, [wanted]);
    // Every five seconds at most, not with every entry.
    const tookMs = performance.now() - openedMs;
    expect(live.own('dashboard.position').length).toBeLessThanOrEqual(1 + tookMs / 5_000);
  });
});

describe('subscribers at one place', () => {
  it('are handed the same array where they want the same', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    await feed.isUp();
    await feed.followed(stream);
    const gone = new AbortController();
    const { signal } = gone;
    const request = { stream, lastId: null, stats: 'none', counts: false, signal } as const;
    const onlyT = parseFeedFilter(new URLSearchParams('type=t'));
    const all = [[], [], onlyT].map((filter) => subscribe(feed, { ...request, filter }));
    for (const one of all) await one.next();
    const next = all.map((one) => one.next());
    await addMany(stream, 3);
    const [a, b, c] = await Promise.all(next);
    expect(a?.value).toContainEqual(expect.objectContaining({ event: 't' }));
    expect(b?.value).toBe(a?.value);
    expect(c?.value).not.toBe(a?.value);
    gone.abort();
  });
});

describe('a gap', () => {
  it('is told with its exact size to who stands where the log stood', async () => {
    const stream = newStream();
    const ids = await addMany(stream, 10);
    const feed = liveFeed(redis);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    await feed.followed(stream);
    // One step for Redis: whoever reads sees the stream before it or after it.
    const burst = `for n = 1, 50 do redis.call('XADD', KEYS[1], '*', 'type', 't') end
      return redis.call('XTRIM', KEYS[1], 'MAXLEN', 5)`;
    await redis.command('EVAL', burst, 1, stream);
    const left = await idsIn(stream);
    await reaches(live, left);
    expect(live.own('dashboard.gap')).toEqual([{ after: ids.at(-1), before: left[0], lost: 45 }]);
    const next = await add(stream, 't');
    await reaches(live, [...left, next]);
    await redis.command('EVAL', burst, 1, stream);
    await hears(live, 'dashboard.gap', 2);
    expect(live.own('dashboard.gap')[1]).toMatchObject({ after: next, lost: 45 });
  });

  it('is told after an outage of the reader', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    await addMany(stream, 3);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    await feed.followed(stream);
    const [last = ''] = await addMany(stream, 1);
    await reaches(live, [last]);
    const list = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'normal'));
    for (const [, id = ''] of list.matchAll(/id=(\d+) .*name=shield-dashboard/g)) {
      await redis.command('CLIENT', 'KILL', 'ID', id);
    }
    await addMany(stream, 30);
    await redis.command('XTRIM', stream, 'MAXLEN', 4);
    const left = await idsIn(stream);
    await vi.waitFor(() => expect(live.ids.at(-1)).toBe(left.at(-1)), PATIENT);
    const lost = live.own('dashboard.gap').reduce((sum, gap) => sum + Number(gap.lost), 0);
    expect(live.ids.length + lost).toBe(31);
    expect(new Set(live.ids).size).toBe(live.ids.length);
  });

  it('under a replay is told with its exact size, in its place', async () => {
    const stream = newStream();
    await addMany(stream, 500);
    // What went before the replay began is none of its loss.
    await redis.command('XTRIM', stream, 'MAXLEN', 450);
    const ids = await idsIn(stream);
    const feed = liveFeed(redis);
    const gone = new AbortController();
    const request = {
      stream,
      lastId: '0-0',
      filter: [],
      stats: 'none',
      counts: false,
      signal: gone.signal,
    } as const;
    const messages: FeedMessage[] = [];
    let had = 0;
    for await (const batch of subscribe(feed, request)) {
      messages.push(...batch);
      const read = messages.filter(({ id }) => id !== undefined).length;
      if (had === 0 && read > 0) {
        had = read;
        await redis.command('XTRIM', stream, 'MAXLEN', 20);
      }
      if (messages.at(-1)?.id === ids.at(-1)) gone.abort();
    }
    const told = messages
      .filter(({ id, event }) => id !== undefined || event === 'dashboard.gap')
      .map(({ id, data }) => id ?? JSON.parse(data));
    const gap = { after: ids[had - 1], before: ids[430], lost: 430 - had };
    expect(told).toEqual([...ids.slice(0, had), gap, ...ids.slice(430)]);
  });

  it('has no size where nobody knows how many there were', async () => {
    const stream = newStream();
    await addMany(stream, 20);
    const ids = await idsIn(stream);
    await redis.command('XTRIM', stream, 'MAXLEN', 5);
    const resumed = liveFeed(redis).open(stream, { lastId: ids[3] ?? '' });
    await reaches(resumed, ids.slice(15));
    expect(resumed.own('dashboard.gap')).toEqual([{ after: ids[3], before: ids[15], lost: null }]);
  });

  it('is told where everything was trimmed', async () => {
    const stream = newStream();
    const ids = await addMany(stream, 8);
    await redis.command('XTRIM', stream, 'MAXLEN', 0);
    const resumed = liveFeed(redis).open(stream, { lastId: ids[3] ?? '' });
    await hears(resumed, 'dashboard.gap');
    expect(resumed.own('dashboard.gap')).toEqual([{ after: ids[3], before: ids[7], lost: null }]);
    const next = await add(stream, 't');
    await reaches(resumed, [next]);
  });

  it('is none where entries that were read are deleted by workers', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    for (let round = 0; round < 20; round++) {
      const ids = await addMany(stream, 10);
      await redis.command('XDEL', stream, ...ids.filter((_, at) => at % 3 !== round % 3));
    }
    const last = await add(stream, 't');
    await vi.waitFor(() => expect(live.ids.at(-1)).toBe(last), PATIENT);
    // Some were deleted before anybody could have read them: those alone may be told.
    const lost = live.own('dashboard.gap').reduce((sum, gap) => sum + Number(gap.lost), 0);
    expect(live.ids.length + lost).toBeLessThanOrEqual(201);
  });
});

describe('a reset', () => {
  it('is told once when the stream is deleted, and what comes then is new', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    const first = await add(stream, 't', '9000-1');
    await reaches(live, [first]);
    await redis.command('DEL', stream);
    await hears(live, 'dashboard.reset');
    const low = await add(stream, 't', '5-1');
    await reaches(live, [first, low]);
    expect(live.own('dashboard.reset')).toEqual([{ stream }]);
  });

  it('is told once when the stream begins again with lower ids, and is read from its start', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    await add(stream, 't', '9000-1');
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    await feed.followed(stream);
    await redis.command(
      'EVAL',
      `redis.call('DEL', KEYS[1])
      for n = 1, 3 do redis.call('XADD', KEYS[1], n .. '-1', 'type', 't') end`,
      1,
      stream,
    );
    await reaches(live, ['1-1', '2-1', '3-1']);
    expect(live.own('dashboard.reset')).toHaveLength(1);
  });

  it('is told once to who finds it out before the reader does', async () => {
    const stream = newStream();
    for (let n = 1; n <= 5; n++) await add(stream, 't', `${n}-1`);
    const feed = liveFeed(redis);
    const followed = await feed.followed(stream);
    const behind = feed.open(stream, { lastId: '2-1' });
    behind.pause();
    await hears(behind, 'dashboard.hello');
    await redis.command(
      'EVAL',
      `redis.call('DEL', KEYS[1])
      redis.call('XADD', KEYS[1], '1-1', 'type', 't')`,
      1,
      stream,
    );
    behind.resume();
    await vi.waitFor(() => expect(followed.log.epoch).toBe(1), PATIENT);
    await reaches(behind, ['1-1']);
    await add(stream, 't', '1-2');
    await reaches(behind, ['1-1', '1-2']);
    expect(behind.own('dashboard.reset')).toHaveLength(1);
  });

  it('is told when the stream begins again with higher ids', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    for (let n = 1; n <= 5; n++) await add(stream, 't', `${n}-1`);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    await feed.followed(stream);
    await redis.command(
      'EVAL',
      `redis.call('DEL', KEYS[1])
      redis.call('XADD', KEYS[1], '9-1', 'type', 't')`,
      1,
      stream,
    );
    await hears(live, 'dashboard.reset');
    await vi.waitFor(() => expect(live.ids.at(-1)).toBe('9-1'), PATIENT);
  });

  it('is told to who came before the reader had found its place', async () => {
    const stream = newStream();
    await addMany(stream, 5);
    let start = () => {};
    const startsReading = new Promise<void>((resolve) => {
      start = resolve;
    });
    const live = liveFeed(redis, {}, { startsReading }).open(stream);
    await hears(live, 'dashboard.hello');
    await redis.command('DEL', stream);
    const ids = await addMany(stream, 3);
    start();
    await reaches(live, ids);
    expect(live.own('dashboard.reset')).toHaveLength(1);
  });

  it('is told to who comes with an id from before, and once', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    await add(stream, 't', '3-1');
    await feed.followed(stream);
    const [late, absent] = [
      feed.open(stream, { lastId: '9000-1' }),
      feed.open(newStream(), { lastId: '9000-1' }),
    ];
    await reaches(late, ['3-1']);
    await hears(absent, 'dashboard.reset');
    await add(stream, 't', '4-1');
    await reaches(late, ['3-1', '4-1']);
    expect(late.own('dashboard.reset')).toHaveLength(1);
    expect(absent.own('dashboard.reset')).toHaveLength(1);
  });
});

describe('trouble', () => {
  it('with one key does not touch another stream, and ends with its cause', async () => {
    const [text, stream] = [newStream(), newStream()];
    await redis.command('SET', text, 'x');
    const feed = liveFeed(redis);
    const [stuck, live] = [feed.open(text), feed.open(stream)];
    await lastStatus(stuck, { redis: 'up', code: 'wrong_type' });
    const id = await add(stream, 't');
    await reaches(live, [id]);
    expect(JSON.stringify(live.own('dashboard.status'))).not.toContain('wrong_type');
    await redis.command('DEL', text);
    const first = await add(text, 't');
    await reaches(stuck, [first]);
    expect(stuck.own('dashboard.status').at(-1)).toEqual({
      redis: 'up',
      since: expect.any(String),
    });
  });

  it('with a key the user may not read is told', async () => {
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~allowed', '+@all');
    const feed = liveFeed(redis, { username: 'narrow', password: 'pw' });
    const [denied, allowed] = [feed.open(newStream()), feed.open('allowed')];
    await lastStatus(denied, { redis: 'up', code: 'redis_permission_denied' });
    await hears(allowed, 'dashboard.hello');
    const id = await add('allowed', 't');
    await reaches(allowed, [id]);
  });

  it('with the right to read streams is told once, and heals', async () => {
    await redis.command('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '+@all', '-xread');
    const feed = liveFeed(redis, { username: 'blind', password: 'pw' });
    const stream = newStream();
    const live = feed.open(stream);
    await lastStatus(live, { redis: 'up', code: 'redis_permission_denied' });
    const ids = await addMany(stream, 2);
    await vi.waitFor(() => expect(feed.failures.length).toBeGreaterThan(3), PATIENT);
    const told = live
      .own('dashboard.status')
      .filter(({ code }) => code === 'redis_permission_denied');
    expect(told).toHaveLength(1);
    await redis.command('ACL', 'SETUSER', 'blind', '+xread');
    await reaches(live, ids);
    expect(live.own('dashboard.status').at(-1)).not.toHaveProperty('code');
  });

  it('with Redis itself is told, waited out, and nothing is lost or repeated', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    const live = feed.open(stream);
    await hears(live, 'dashboard.hello');
    const before = await addMany(stream, 3);
    await reaches(live, before);
    await redis.server.kill();
    await lastStatus(live, { redis: 'down', code: 'redis_unreachable' });
    await redis.server.restart();
    // Nothing was kept on disk: the stream is gone.
    await hears(live, 'dashboard.reset');
    const after = await addMany(stream, 3);
    await reaches(live, [...before, ...after]);
    expect(live.own('dashboard.status').at(-1)).toMatchObject({ redis: 'up' });
  });

  it('while somebody comes: told at once, and served when it is over', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    await redis.server.kill();
    const late = feed.open(stream, { lastId: '0-0' });
    await hears(late, 'dashboard.hello');
    await lastStatus(late, { redis: 'down' });
    await redis.server.restart();
    const ids = await addMany(stream, 2);
    await reaches(late, ids);
  });
});

describe('the reader', () => {
  it('reads a stream once, under however many names it is asked for', async () => {
    const feed = liveFeed(redis);
    const stream = newStream();
    const spelled = `binary:${Buffer.from(stream).toString('base64url')}`;
    const [plain, other] = [feed.open(stream), feed.open(spelled)];
    await hears(plain, 'dashboard.hello');
    await hears(other, 'dashboard.hello');
    const ids = await addMany(stream, 3);
    await reaches(plain, ids);
    await reaches(other, ids);
    await redis.command('CONFIG', 'RESETSTAT');
    const last = await add(stream, 't');
    await reaches(other, [...ids, last]);
    const stats = String(await redis.command('INFO', 'commandstats'));
    // A cursor that does not move would make it read the same entries again and again.
    expect(Number(/cmdstat_xread:calls=(\d+)/.exec(stats)?.[1] ?? 0)).toBeLessThan(20);
  });

  it('serves who comes at the moment the last one goes', async () => {
    const stream = newStream();
    const feed = liveFeed(redis);
    for (let round = 0; round < 30; round++) {
      const passing = feed.open(stream);
      await hears(passing, 'dashboard.hello');
      void passing.leave();
    }
    const staying = feed.open(stream);
    await hears(staying, 'dashboard.hello');
    const ids = await addMany(stream, 3);
    await reaches(staying, ids);
  });

  it('looks after a quiet stream beside a busy one', async () => {
    const [quiet, busy] = [newStream(), newStream()];
    const feed = liveFeed(redis);
    const [still, live] = [feed.open(quiet), feed.open(busy)];
    await hears(live, 'dashboard.hello');
    const first = await add(quiet, 't');
    await reaches(still, [first]);
    const beat = setInterval(() => void add(busy, 't'), 50);
    try {
      await redis.command('DEL', quiet);
      await hears(still, 'dashboard.reset');
      await vi.waitFor(() => expect(live.ids.length).toBeGreaterThan(0), PATIENT);
    } finally {
      clearInterval(beat);
    }
  });

  it('reads streams whose names are not text', async () => {
    const name = Uint8Array.of(0xff, 0x00, 0xfe);
    const feed = liveFeed(redis);
    const live = feed.open('binary:_wD-');
    await hears(live, 'dashboard.hello');
    await redis.command('XADD', name, '7-7', 'a', 'b');
    await reaches(live, ['7-7']);
    expect(live.messages.at(-1)).toMatchObject({ event: 'entry' });
  });

  it('ends when it is told to, though a read still waits', async () => {
    const feed = liveFeed(redis);
    await feed.followed(newStream());
    feed.stop();
    await feed.running;
  });
});
