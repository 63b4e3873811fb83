import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Stats } from '@/lib/model/stream-stats';
import type { LiveConnectionState } from './live-connection';
import type { NumbersListener } from './page-feed';
import {
  type Delivery,
  FIRST_PUSH_MS_MAX,
  NEXT_PUSH_MS_MAX,
  POLL_MS,
  SnapshotSource,
} from './snapshot-source';

const REDIS_UP = { status: 'up', since: 's', latency_ms: 1, version: '8' } as const;
const REDIS_DOWN = { status: 'down', since: 's', code: 'redis_unreachable', message: 'm' } as const;
const stats = (sampled_at: string, redis: Stats['redis'] = REDIS_UP): Stats => ({
  streams: {},
  timestamp: sampled_at,
  sampled_at,
  redis,
});

/** A connection that the test drives, and a server that answers or not. */
function setUp() {
  let listener: NumbersListener = { onStats: () => {}, onState: () => {} };
  const told: [by: Delivery['by'], sampledAt: string | null | undefined][] = [];
  let delivery: Delivery | undefined;
  const server = { asked: 0, answers: true };
  const source = new SnapshotSource({
    feed: {
      listen: (given) => {
        listener = given;
        return () => {};
      },
    },
    ask: async () => {
      server.asked++;
      if (!server.answers) throw new Error('away');
      return stats(`polled ${server.asked}`);
    },
    tell: (news) => {
      delivery = news.delivery;
      told.push([news.delivery.by, news.snapshot?.sampled_at]);
    },
  });
  return {
    source,
    server,
    told,
    delivery: () => delivery,
    turn: (state: LiveConnectionState) => listener.onState(state),
    push: (...given: Parameters<typeof stats>) => listener.onStats(JSON.stringify(stats(...given))),
    raw: (json: string) => listener.onStats(json),
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('SnapshotSource', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks nothing while the push delivers', async () => {
    const { server, told, turn, push } = setUp();
    turn({ status: 'connecting' });
    await pass(FIRST_PUSH_MS_MAX - 1);
    turn({ status: 'live' });
    for (let second = 0; second < 30; second++) {
      push(`pushed ${second}`);
      await pass(1000);
    }
    expect(server.asked).toBe(0);
    expect(told).toHaveLength(30);
    expect(told.at(-1)).toEqual(['push', 'pushed 29']);
  });

  it('polls when connecting takes longer than a moment, until the first push', async () => {
    const { server, told, turn, push } = setUp();
    turn({ status: 'connecting' });
    await pass(FIRST_PUSH_MS_MAX + 2 * POLL_MS);
    expect(server.asked).toBe(3);
    expect(told.at(-1)).toEqual(['polling', 'polled 3']);
    turn({ status: 'live' });
    push('pushed');
    await pass(NEXT_PUSH_MS_MAX - 1);
    expect(server.asked).toBe(3);
    expect(told.at(-1)).toEqual(['push', 'pushed']);
  });

  it('polls at once, with the reason, while refused or waiting to retry', async () => {
    const { server, delivery, turn, push } = setUp();
    turn({ status: 'live' });
    push('pushed');
    turn({ status: 'waiting', retryAtMs: 9, reason: 'The connection ended.' });
    await pass(0);
    expect(server.asked).toBe(1);
    turn({ status: 'connecting' });
    await pass(POLL_MS);
    expect(delivery()).toEqual({ by: 'polling', reason: 'The connection ended.' });
    turn({ status: 'refused', reason: 'No.' });
    await pass(POLL_MS);
    expect(delivery()).toEqual({ by: 'polling', reason: 'No.' });
    expect(server.asked).toBe(3);
  });

  it('polls when a connection is up and brings nothing more, but not while Redis is away', async () => {
    const { server, turn, push } = setUp();
    turn({ status: 'live' });
    push('pushed');
    await pass(NEXT_PUSH_MS_MAX);
    expect(server.asked).toBe(1);
    push('away', REDIS_DOWN);
    await pass(10 * NEXT_PUSH_MS_MAX);
    expect(server.asked).toBe(1);
  });

  it('says since when both ways bring nothing, keeps the last numbers, and heals', async () => {
    const { server, told, delivery, turn, push } = setUp();
    turn({ status: 'live' });
    push('pushed');
    server.answers = false;
    const since = new Date().toISOString();
    turn({ status: 'waiting', retryAtMs: 9, reason: 'The connection ended.' });
    await pass(3 * POLL_MS);
    expect(delivery()).toEqual({ by: 'none', since });
    expect(told.at(-1)).toEqual(['none', 'pushed']);
    server.answers = true;
    await pass(POLL_MS);
    expect(told.at(-1)).toEqual(['polling', 'polled 5']);
    push('pushed again');
    expect(told.at(-1)).toEqual(['push', 'pushed again']);
  });

  it('asks nothing while the tab is hidden, however long', async () => {
    const { server, turn, push } = setUp();
    turn({ status: 'live' });
    push('pushed');
    turn({ status: 'asleep' });
    await pass(600_000);
    expect(server.asked).toBe(0);
    turn({ status: 'waiting', retryAtMs: 9, reason: 'r' });
    await pass(0);
    turn({ status: 'asleep' });
    await pass(600_000);
    expect(server.asked).toBe(1);
  });

  it('drops a poll’s answer that comes after a push, and takes no nonsense for numbers', async () => {
    const { told, turn, push, raw } = setUp();
    turn({ status: 'waiting', retryAtMs: 9, reason: 'r' });
    push('pushed');
    raw('{"not":"stats"}');
    await pass(0);
    expect(told).toEqual([['push', 'pushed']]);
  });

  it('ends', async () => {
    const { source, server, turn } = setUp();
    turn({ status: 'waiting', retryAtMs: 9, reason: 'r' });
    await pass(0);
    source.end();
    await pass(60_000);
    expect(server.asked).toBe(1);
  });
});
