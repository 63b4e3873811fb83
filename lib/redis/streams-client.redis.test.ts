import { encode } from '@msgpack/msgpack';
import { describe, expect, it, vi } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import type { Task } from '@/lib/model/task';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { RedisStreamsClient, type StreamsClientOptions } from './streams-client';

const redis = ownRedis();
const BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);
const ID = /^\d+-\d+$/;
let streams = 0;

/** A client whose streams nobody else uses. */
function client(options: Partial<StreamsClientOptions> = {}): RedisStreamsClient {
  const n = ++streams;
  return redis.closing(
    new RedisStreamsClient({
      redis: redis.target,
      consumer: 'dashboard-test',
      taskStream: `tasks:${n}`,
      eventStream: `events:${n}`,
      ...options,
    }),
  );
}

const task = (changes: Partial<Task> = {}): Task => ({
  job_id: 'j1',
  chunk_id: 'c1',
  content: 'größe 😀',
  source_uri: 'file:///a.md',
  source_type: 'markdown',
  metadata: { page: 1 },
  retry_count: 0,
  timestamp: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );

/** What another reader finds: the fields of each entry, flat and in order. */
async function fieldsIn(stream: string): Promise<unknown[][]> {
  const entries = (await redis.command('XRANGE', stream, '-', '+')) as [string, unknown[]][];
  return entries.map(([, fields]) => fields);
}
async function lengthOf(stream: string): Promise<number> {
  return Number(await redis.command('XLEN', stream));
}
/** Arguments of the commands of that name that Redis was sent during `run`. */
async function commandsSent(name: string, run: () => Promise<unknown>): Promise<string[][]> {
  await redis.command('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
  await redis.command('SLOWLOG', 'RESET');
  await run();
  const log = (await redis.command('SLOWLOG', 'GET', 100)) as [number, number, number, string[]][];
  await redis.command('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
  return log.map(([, , , args]) => args).filter(([command]) => command?.toUpperCase() === name);
}

describe('addTask', () => {
  it('writes the eight fields of the contract in their order', async () => {
    const streamsClient = client();
    const id = await streamsClient.addTask(task());
    expect(id).toMatch(ID);
    expect(await redis.command('XRANGE', streamsClient.taskStream, id, id)).toEqual([
      [
        id,
        [
          ...['job_id', 'j1', 'chunk_id', 'c1', 'content', 'größe 😀'],
          ...['source_uri', 'file:///a.md', 'source_type', 'markdown'],
          ...['metadata', '{"page":1}', 'retry_count', '0'],
          ...['timestamp', '2026-01-01T00:00:00.000Z'],
        ],
      ],
    ]);
  });

  it('writes any bytes as they are', async () => {
    const streamsClient = client();
    await streamsClient.addTask(task({ content: BYTES, metadata: encode({ a: 1 }) }));
    const [fields = []] = await fieldsIn(streamsClient.taskStream);
    expect(Buffer.from(BYTES).equals(fields[5] as Buffer)).toBe(true);
    expect(Buffer.from(encode({ a: 1 })).equals(fields[11] as Buffer)).toBe(true);
  });

  it('keeps the stream near its length, and no shorter', async () => {
    const streamsClient = client({ streamLengthMax: 100 });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 50 }, () => streamsClient.addTask(task())));
    }
    const length = await lengthOf(streamsClient.taskStream);
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThanOrEqual(200);
  });

  it('trims at about ten thousand where nothing else is asked for', async () => {
    const streamsClient = client();
    const [sent] = await commandsSent('XADD', () => streamsClient.addTask(task()));
    expect(sent?.slice(1, 6)).toEqual([streamsClient.taskStream, 'MAXLEN', '~', '10000', '*']);
  });

  it('says what stands in its way', async () => {
    const streamsClient = client();
    await redis.command('SET', streamsClient.taskStream, 'text');
    expect(await codeOf(streamsClient.addTask(task()))).toBe('wrong_type');
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const refused = await codeOf(client().addTask(task()));
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(refused).toBe('redis_out_of_memory');
  });

  it('of which the answer is lost may have happened, and happened once', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const streamsClient = client({ redis: { ...redis.target, port: proxy.port } });
    await streamsClient.addTask(task());
    proxy.loseAnswerTo('file:///lost');
    expect(await codeOf(streamsClient.addTask(task({ source_uri: 'file:///lost' })))).toBe(
      'outcome_unknown',
    );
    await vi.waitFor(() => streamsClient.getStreamInfo('x'), PATIENT);
    expect(await lengthOf(streamsClient.taskStream)).toBe(2);
  });
});

describe('addTaskOnce', () => {
  const once = { key: 'k1', request: '{"a":1}' };

  it('adds one entry however many ask at once, and gives all of them the same answer', async () => {
    const one = client();
    const other = client({ taskStream: one.taskStream });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? one : other).addTaskOnce(task({ job_id: `j${n}` }), once),
      ),
    );
    expect(await lengthOf(one.taskStream)).toBe(1);
    expect(new Set(answers.map(({ id, jobId, chunkId }) => `${id} ${jobId} ${chunkId}`)).size).toBe(
      1,
    );
    expect(answers.filter(({ added }) => added)).toHaveLength(1);
    const [fields = []] = await fieldsIn(one.taskStream);
    expect(fields[1]).toBe(answers[0]?.jobId);
    expect(fields).toHaveLength(16);
  });

  it('refuses a key that came with another request, and adds nothing', async () => {
    const streamsClient = client();
    await streamsClient.addTaskOnce(task(), once);
    const again = streamsClient.addTaskOnce(task(), { ...once, request: '{"a":2}' });
    expect(await codeOf(again)).toBe('idempotency_key_reused');
    expect(await lengthOf(streamsClient.taskStream)).toBe(1);
  });

  it('keeps its memory a day, by stream, and under a key of its own', async () => {
    const streamsClient = client();
    const { id } = await streamsClient.addTaskOnce(task({ job_id: 'with space\n"' }), once);
    const again = await streamsClient.addTaskOnce(task(), once);
    expect(again).toEqual({ id, jobId: 'with space\n"', chunkId: 'c1', added: false });
    const pattern = `shield-dashboard:idempotency:{${streamsClient.taskStream}}:*`;
    const [key = ''] = (await redis.command('KEYS', pattern)) as string[];
    const seconds = Number(await redis.command('TTL', key));
    expect(seconds).toBeGreaterThan(86_000);
    expect(seconds).toBeLessThanOrEqual(86_400);
    expect((await client().addTaskOnce(task(), once)).added).toBe(true);
  });

  it('works after the scripts were flushed, and trims like any other add', async () => {
    const streamsClient = client({ streamLengthMax: 100 });
    for (let n = 0; n < 250; n++) {
      if (n % 100 === 0) await redis.command('SCRIPT', 'FLUSH');
      await streamsClient.addTaskOnce(task(), { key: `k${n}`, request: 'r' });
    }
    expect(await lengthOf(streamsClient.taskStream)).toBeLessThanOrEqual(200);
  });

  it('remembers nothing of a task that was refused', async () => {
    const streamsClient = client();
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const refused = await codeOf(streamsClient.addTaskOnce(task(), once));
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(refused).toBe('redis_out_of_memory');
    expect((await streamsClient.addTaskOnce(task(), once)).added).toBe(true);
  });

  it('can be repeated after its answer was lost', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const streamsClient = client({ redis: { ...redis.target, port: proxy.port } });
    await streamsClient.getStreamInfo('x');
    proxy.loseAnswerTo('file:///lost');
    const lost = task({ source_uri: 'file:///lost' });
    expect(await codeOf(streamsClient.addTaskOnce(lost, once))).toBe('outcome_unknown');
    const answer = await vi.waitFor(() => streamsClient.addTaskOnce(lost, once), PATIENT);
    expect(answer).toMatchObject({ jobId: 'j1', chunkId: 'c1' });
    expect(await lengthOf(streamsClient.taskStream)).toBe(1);
  });
});

describe('emitEvent', () => {
  it('writes the six fields of the contract in their order, and makes what is absent', async () => {
    const streamsClient = client();
    await streamsClient.emitEvent({ type: 'worker.started' });
    const [fields = []] = await fieldsIn(streamsClient.eventStream);
    expect(fields).toEqual([
      ...['event_id', expect.stringMatching(/^[0-9a-f-]{36}$/), 'type', 'worker.started'],
      ...['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), 'job_id', ''],
      ...['data', '{}', 'metadata', '{}'],
    ]);
  });

  it('writes what it is given, bytes as they are', async () => {
    const streamsClient = client();
    const given = { event_id: 'e1', type: 't', timestamp: 'now', job_id: 'j1' };
    await streamsClient.emitEvent({ ...given, data: BYTES, metadata: { a: 'é' } });
    const [fields = []] = await fieldsIn(streamsClient.eventStream);
    expect(fields.filter((_, at) => at !== 9)).toEqual([
      ...['event_id', 'e1', 'type', 't', 'timestamp', 'now', 'job_id', 'j1', 'data'],
      ...['metadata', '{"a":"é"}'],
    ]);
    expect(Buffer.from(BYTES).equals(fields[9] as Buffer)).toBe(true);
  });
});

describe('readTasks and readEvents', () => {
  it('give each entry once, in batches of ten, and wait for the next', async () => {
    const streamsClient = client();
    const { taskStream } = streamsClient;
    await streamsClient.ensureGroups({ [taskStream]: ['workers'] });
    for (let n = 0; n < 12; n++) await streamsClient.addTask(task({ chunk_id: `c${n}` }));
    const first = await streamsClient.readTasks({ group: 'workers' });
    const second = await streamsClient.readTasks({ group: 'workers' });
    expect([first.length, second.length]).toEqual([10, 2]);
    expect([...first, ...second].map(({ chunkId }) => chunkId)).toEqual(
      Array.from({ length: 12 }, (_, n) => `c${n}`),
    );
    const waiting = streamsClient.readTasks({ group: 'workers' });
    const id = await streamsClient.addTask(task());
    expect((await waiting).map((received) => received.id)).toEqual([id]);
  });

  it('ask for ten and wait five seconds by default, under the name of this process', async () => {
    const streamsClient = client();
    const { eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [eventStream]: ['g'] });
    const [sent] = await commandsSent('XREADGROUP', async () => {
      const reading = streamsClient.readEvents({ group: 'g' });
      await streamsClient.emitEvent({ type: 't' });
      return reading;
    });
    expect(sent?.slice(1)).toEqual([
      ...['GROUP', 'g', 'dashboard-test', 'COUNT', '10', 'BLOCK', '5000'],
      ...['STREAMS', eventStream, '>'],
    ]);
  });

  it('come back empty after the time they were given, and at once where it is none', async () => {
    const streamsClient = client();
    await streamsClient.ensureGroups({ [streamsClient.eventStream]: ['g'] });
    const startedMs = performance.now();
    expect(await streamsClient.readEvents({ group: 'g', blockMs: 300 })).toEqual([]);
    expect(performance.now() - startedMs).toBeGreaterThan(290);
    expect(await streamsClient.readEvents({ group: 'g', blockMs: 0 })).toEqual([]);
  });

  it('do not wait for each other', async () => {
    const streamsClient = client();
    const { taskStream, eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [taskStream]: ['g'], [eventStream]: ['g'] });
    const waiting = streamsClient.readTasks({ group: 'g' });
    await streamsClient.emitEvent({ type: 't' });
    expect(await streamsClient.readEvents({ group: 'g' })).toHaveLength(1);
    await streamsClient.addTask(task());
    expect(await waiting).toHaveLength(1);
  });

  it('read what others wrote without trusting it', async () => {
    const streamsClient = client();
    const { taskStream, eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [taskStream]: ['g'], [eventStream]: ['g'] });
    const metadata = encode({ n: 2n ** 60n }, { useBigInt64: true });
    await redis.command(
      'XADD',
      taskStream,
      '*',
      'content',
      BYTES,
      'metadata',
      metadata,
      'job_id',
      Uint8Array.of(0xff),
      'retry_count',
      'many',
      'content',
      'second',
    );
    const [received] = await streamsClient.readTasks({ group: 'g' });
    expect(received).toMatchObject({
      jobId: null,
      chunkId: null,
      metadata: { kind: 'msgpack', text: '{"n":1152921504606846976}' },
      retryCount: null,
      timestamp: null,
    });
    expect(Buffer.from(received?.content ?? []).equals(BYTES)).toBe(true);
    expect(received?.entry.fields).toHaveLength(5);
    await redis.command('XADD', eventStream, '*', 'type', 't', 'data', '{"a":1}', 'job_id', '');
    const [event] = await streamsClient.readEvents({ group: 'g' });
    expect(event).toMatchObject({
      eventId: null,
      type: 't',
      jobId: '',
      data: { kind: 'json', text: '{"a":1}' },
      metadata: null,
    });
  });

  it('read this consumer’s pending again from an id, without those deleted since', async () => {
    const streamsClient = client();
    const { eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [eventStream]: ['g'] });
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push(await streamsClient.emitEvent({ type: `t${n}` }));
    await streamsClient.readEvents({ group: 'g' });
    await redis.command('XDEL', eventStream, ids[1] ?? '');
    const again = await streamsClient.readEvents({ group: 'g', from: '0' });
    expect(again.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect(await streamsClient.ownPendingEvents('g')).toEqual(ids);
  });

  it('say that the group is missing', async () => {
    const streamsClient = client();
    expect(await codeOf(streamsClient.readEvents({ group: 'g' }))).toBe('group_not_found');
    await streamsClient.emitEvent({ type: 't' });
    expect(await codeOf(streamsClient.readEvents({ group: 'g' }))).toBe('group_not_found');
  });

  it('go on after the connection was killed, with what was read before still pending', async () => {
    const streamsClient = client();
    const { eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [eventStream]: ['g'] });
    const waiting = codeOf(streamsClient.readEvents({ group: 'g', blockMs: 20_000 }));
    await vi.waitFor(async () => {
      const list = String(await redis.command('CLIENT', 'LIST'));
      const reader = /id=(\d+) .*group-reader.*cmd=xreadgroup/.exec(list)?.[1];
      expect(reader).toBeDefined();
      await redis.command('CLIENT', 'KILL', 'ID', reader ?? '');
    }, PATIENT);
    expect(await waiting).toBe('outcome_unknown');
    await streamsClient.emitEvent({ type: 't' });
    const event = await vi.waitFor(() => streamsClient.readEvents({ group: 'g' }), PATIENT);
    expect(event).toHaveLength(1);
  });
});

describe('ackTask and ackEvent', () => {
  it('count what was pending until now', async () => {
    const streamsClient = client();
    const { taskStream, eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [taskStream]: ['g'], [eventStream]: ['g'] });
    const taskId = await streamsClient.addTask(task());
    await streamsClient.emitEvent({ type: 'a' });
    await streamsClient.emitEvent({ type: 'b' });
    const events = (await streamsClient.readEvents({ group: 'g' })).map(({ id }) => id);
    expect(await streamsClient.ackTask('g', taskId)).toBe(0);
    await streamsClient.readTasks({ group: 'g' });
    expect(await streamsClient.ackTask('g', taskId)).toBe(1);
    expect(await streamsClient.ackTask('g', taskId)).toBe(0);
    expect(await streamsClient.ackEvent('g', ...events, '9-9')).toBe(2);
    expect(await streamsClient.ackEvent('g')).toBe(0);
    expect(await streamsClient.ownPendingEvents('g')).toEqual([]);
  });

  it('clear an entry that was deleted while pending', async () => {
    const streamsClient = client();
    await streamsClient.ensureGroups({ [streamsClient.eventStream]: ['g'] });
    const id = await streamsClient.emitEvent({ type: 'a' });
    await streamsClient.readEvents({ group: 'g' });
    await redis.command('XDEL', streamsClient.eventStream, id);
    expect(await streamsClient.ackEvent('g', id)).toBe(1);
  });
});

describe('ensureGroups', () => {
  it('makes stream and groups at the end of the stream, and leaves alone what is there', async () => {
    const streamsClient = client();
    const { taskStream, eventStream } = streamsClient;
    await redis.command('XADD', eventStream, '5-5', 'a', 'b');
    await redis.command('XGROUP', 'CREATE', eventStream, 'old', '0');
    const groups = { [taskStream]: ['g'], [eventStream]: ['old', 'new'] };
    expect(await streamsClient.ensureGroups(groups)).toEqual([
      { stream: taskStream, group: 'g' },
      { stream: eventStream, group: 'new' },
    ]);
    expect(await streamsClient.ensureGroups(groups)).toEqual([]);
    const info = await streamsClient.getStreamInfo(eventStream);
    expect(info).toMatchObject({
      groups: [
        { name: 'new', lastDeliveredId: '5-5' },
        { name: 'old', lastDeliveredId: '0-0' },
      ],
    });
    expect(await redis.command('TYPE', taskStream)).toBe('stream');
  });

  it('may run in two processes at once', async () => {
    const one = client();
    const other = client();
    const groups = { [one.taskStream]: ['a', 'b', 'c'] };
    const made = await Promise.all([one.ensureGroups(groups), other.ensureGroups(groups)]);
    expect(made.flat()).toHaveLength(3);
  });

  it('says which key holds something else, leaves it as it is, and makes the other groups', async () => {
    const streamsClient = client();
    const { taskStream, eventStream } = streamsClient;
    await redis.command('SET', taskStream, 'text');
    const groups = { [taskStream]: ['g', 'h'], [eventStream]: ['g'] };
    await expect(streamsClient.ensureGroups(groups)).rejects.toMatchObject({
      code: 'wrong_type',
      message: `${taskStream}: The key holds something other than a stream.`,
    });
    expect(await redis.command('GET', taskStream)).toBe('text');
    expect(await streamsClient.getStreamInfo(eventStream)).toMatchObject({
      groups: [{ name: 'g' }],
    });
  });
});

describe('claimIdleEvents', () => {
  it('takes over all that others left, however much, and leaves what is still fresh', async () => {
    const gone = client({ consumer: 'dashboard-gone' });
    const { eventStream } = gone;
    const streamsClient = client({ eventStream });
    await gone.ensureGroups({ [eventStream]: ['g'] });
    const ids: string[] = [];
    for (let batch = 0; batch < 12; batch += 1) {
      const emits = Array.from({ length: 50 }, () => gone.emitEvent({ type: 't' }));
      ids.push(...(await Promise.all(emits)));
    }
    await gone.readEvents({ group: 'g', count: 600 });
    await redis.command('XDEL', eventStream, ids[5] ?? '');
    expect(await streamsClient.claimIdleEvents('g', 60_000)).toEqual([]);
    const claimed = await streamsClient.claimIdleEvents('g', 0);
    expect(claimed.toSorted()).toEqual(ids.filter((_, at) => at !== 5).toSorted());
    expect(await gone.ownPendingEvents('g')).toEqual([]);
    expect(await streamsClient.ownPendingEvents('g')).toHaveLength(599);
  });
});

describe('leaveEventGroup', () => {
  it('takes this consumer out of the group, unless something is pending with it', async () => {
    const streamsClient = client();
    const { eventStream } = streamsClient;
    await streamsClient.ensureGroups({ [eventStream]: ['g'] });
    await streamsClient.emitEvent({ type: 't' });
    const [event] = await streamsClient.readEvents({ group: 'g' });
    await streamsClient.leaveEventGroup('g');
    expect(await streamsClient.ownPendingEvents('g')).toEqual([event?.id]);
    await streamsClient.ackEvent('g', event?.id ?? '');
    await streamsClient.leaveEventGroup('g');
    expect(await redis.command('XINFO', 'CONSUMERS', eventStream, 'g')).toEqual([]);
  });
});

describe('getStreamInfo', () => {
  it('creates nothing', async () => {
    const streamsClient = client();
    expect(await streamsClient.getStreamInfo(streamsClient.eventStream)).toBe('absent');
    expect(await redis.command('EXISTS', streamsClient.eventStream)).toBe(0);
  });
});

describe('a client', () => {
  it('closes every connection it opened', async () => {
    const streamsClient = client();
    await streamsClient.ensureGroups({ [streamsClient.eventStream]: ['g'] });
    const readings = [1, 2, 3].map(() => codeOf(streamsClient.readEvents({ group: 'g' })));
    const connections = async () =>
      String(await redis.command('CLIENT', 'LIST')).match(/name=shield-dashboard:/g)?.length ?? 0;
    await vi.waitFor(async () => expect(await connections()).toBe(4), PATIENT);
    streamsClient.close();
    expect(await Promise.all(readings)).not.toContain('ok');
    await vi.waitFor(async () => expect(await connections()).toBe(0), PATIENT);
  });
});
