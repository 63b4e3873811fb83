import { beforeEach, describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import type { ConsumerSnapshot } from '@/lib/model/snapshot';
import { GroupPages } from '@/lib/redis/group-pages';
import { RedisHealth } from '@/lib/redis/health';
import { ownRedis } from '@/lib/testing/own-redis';
import { GroupDetails } from './group-details';
import { Sampler } from './sampler';

const redis = ownRedis();
beforeEach(() => redis.command('FLUSHALL'));

/** Counts how often consumers are read, and may make that take long. */
class CountedPages extends GroupPages {
  reads = 0;
  onRead = () => undefined as unknown;

  override async readAllConsumers(stream: string, group: string): Promise<ConsumerSnapshot[]> {
    this.reads++;
    this.onRead();
    return await super.readAllConsumers(stream, group);
  }
}

function look() {
  const connection = redis.connect();
  const health = new RedisHealth(connection);
  const clock = { ms: Date.now() };
  const nowMs = () => clock.ms;
  const onFailure = (error: unknown) => {
    throw error;
  };
  const sampler = new Sampler({ redis: connection, health, streams: ['s'], onFailure, nowMs });
  redis.closing({
    close() {
      sampler.stop();
      health.stop();
    },
  });
  const pages = new CountedPages(connection);
  return { details: new GroupDetails(sampler, pages, nowMs), pages, clock };
}
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : error),
  );
const claim = (consumer: string, id: string, idleMs: number, deliveries = 1) =>
  redis.command(
    ...['XCLAIM', 's', 'g', consumer, 0, id, 'IDLE', idleMs, 'RETRYCOUNT', deliveries, 'JUSTID'],
  );

/** Ten entries 1-0 and on; `one` was given six of them, `two` the next two. */
async function makeGroup(): Promise<void> {
  for (let n = 1; n <= 10; n++) await redis.command('XADD', 's', `${n}-0`, 'n', n);
  await redis.command('XGROUP', 'CREATE', 's', 'g', '0');
  const read = (consumer: string, count: number) =>
    redis.command('XREADGROUP', 'GROUP', 'g', consumer, 'COUNT', count, 'STREAMS', 's', '>');
  await read('one', 6);
  await read('two', 2);
}
const everyone = { sort: 'name', order: 'asc', offset: 0, limit: 50, text: '' } as const;

describe('a group in detail', () => {
  it('tells of a consumer that hangs, of an entry that fails, and who could take over', async () => {
    await makeGroup();
    await claim('one', '1-0', 120_000);
    await claim('two', '8-0', 5, 7);
    const answer = await look().details.read('s', 'g');
    expect(answer).toMatchObject({
      ...{ stream: 's', name: 'g', pending: 8, state: 'stalled', pending_looked_at: 8 },
      consumer_states: { dead: 0, stuck: 1, idle: 0, active: 1 },
      edges: { length: 10, first_entry: '1-0', last_entry: '10-0' },
    });
    expect(answer.findings.map(({ code, consumer }) => [code, consumer])).toEqual([
      ['consumer_stuck', 'one'],
      ['poison_entry', 'two'],
    ]);
    expect(answer.findings[0]?.cure.commands[1]).toBe(
      'redis-cli XAUTOCLAIM s g two 60000 0-0 COUNT 100',
    );
    expect(answer.state_reason).toBe(answer.findings[0]?.sentence);
  });

  it('finds nothing where all is well', async () => {
    await makeGroup();
    expect(await look().details.read('s', 'g')).toMatchObject({
      findings: [],
      state: 'keeping_up',
    });
  });

  it('that is not there is told apart, and so is one that was deleted just now', async () => {
    await makeGroup();
    const { details, clock } = look();
    await details.read('s', 'g');
    expect(await codeOf(details.read('s', 'none'))).toBe('group_not_found');
    expect(await codeOf(details.readConsumers('s', 'none', everyone))).toBe('group_not_found');
    expect(await codeOf(details.read('none', 'g'))).toBe('stream_not_found');
    await redis.command('XGROUP', 'DESTROY', 's', 'g');
    clock.ms += 1_500;
    expect(await codeOf(details.read('s', 'g'))).toBe('group_not_found');
    expect(await codeOf(details.readConsumers('s', 'g', everyone))).toBe('group_not_found');
  });
});

describe('consumers', () => {
  it('come in pages with what each is taken for', async () => {
    await makeGroup();
    await claim('one', '1-0', 120_000);
    await redis.command('XGROUP', 'CREATECONSUMER', 's', 'g', Buffer.of(0xff));
    const { details } = look();
    const page = await details.readConsumers('s', 'g', { ...everyone, limit: 2 });
    expect(page).toMatchObject({ stream: 's', group: 'g', total: 3, matching: 3, next: 2 });
    expect(page.consumers.map(({ name, state, pending }) => [name, state, pending])).toEqual([
      ['binary:_w==', 'active', 0],
      ['one', 'stuck', 6],
    ]);
    expect(page.consumers[1]?.held_ms).toBeGreaterThanOrEqual(120_000);
    const rest = await details.readConsumers('s', 'g', { ...everyone, offset: 2 });
    expect(rest.consumers.map(({ name }) => name)).toEqual(['two']);
    expect(rest.next).toBeNull();
  });

  it('are read once for all who look, and less often where that takes long', async () => {
    await makeGroup();
    const { details, pages, clock } = look();
    await Promise.all([details.read('s', 'g'), details.readConsumers('s', 'g', everyone)]);
    clock.ms += 1_900;
    await details.read('s', 'g');
    expect(pages.reads).toBe(1);
    // It takes 100 ms: five seconds go by before it is done again.
    clock.ms += 200;
    let tookMs = 100;
    pages.onRead = () => {
      clock.ms += tookMs;
    };
    await details.read('s', 'g');
    expect(pages.reads).toBe(2);
    clock.ms += 4_900;
    await details.read('s', 'g');
    expect(pages.reads).toBe(2);
    // A whole second: no more than ten all the same.
    clock.ms += 200;
    tookMs = 1_000;
    await details.read('s', 'g');
    expect(pages.reads).toBe(3);
    clock.ms += 9_900;
    await details.read('s', 'g');
    expect(pages.reads).toBe(3);
    clock.ms += 200;
    await details.read('s', 'g');
    expect(pages.reads).toBe(4);
  });
});
