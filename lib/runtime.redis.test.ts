import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '@/lib/config';
import { createLog } from '@/lib/log';
import { parseFeedQuery } from '@/lib/model/feed-query';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { Runtime } from './runtime';

const redis = ownRedis();
const stops: (() => Promise<void>)[] = [];
// One that is still ending makes again the groups it finds gone.
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
beforeEach(async () => {
  await redis.untilAlone();
  await redis.command('FLUSHALL');
});

/** A running dashboard without its HTTP server, and what it logged. */
function start(env: Record<string, string> = {}) {
  const lines: string[] = [];
  const config = parseConfig({ REDIS_URL: redis.server.url, ...env });
  const runtime = new Runtime(config, createLog('debug', { write: (line) => lines.push(line) }));
  runtime.start();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= runtime.stop(Promise.resolve());
    return stopped;
  };
  stops.push(stop);
  return { runtime, lines, stop };
}

async function groupsOf(stream: string): Promise<Record<string, unknown>[]> {
  const reply = await redis.command('XINFO', 'GROUPS', stream).catch(() => []);
  return (reply as unknown[][]).map((group) =>
    Object.fromEntries(group.flatMap((key, at) => (at % 2 ? [] : [[key, group[at + 1]]]))),
  );
}
const namesOf = async (stream: string) => (await groupsOf(stream)).map(({ name }) => name);
const hasGroups = (stream: string, names: string[]) =>
  vi.waitFor(async () => expect(await namesOf(stream)).toEqual(names), PATIENT);
const EVENT_GROUPS = [
  'ag-ui-frontend',
  'dashboard-frontend',
  'metrics-collector',
  'power-ui-frontend',
];
const TASK_GROUPS = ['lightrag-workers', 'metrics-collector'];

describe('a running dashboard', () => {
  it('makes the groups of the contract, keeps its own at nothing, and leaves it tidy', async () => {
    const { runtime, stop } = start();
    await hasGroups('shield:ingestion_queue', TASK_GROUPS);
    await hasGroups('shield:events', EVENT_GROUPS);
    for (let n = 0; n < 20; n++) await runtime.streams.emitEvent({ type: 't' });
    await vi.waitFor(async () => {
      const own = (await groupsOf('shield:events')).find(({ name }) => name === EVENT_GROUPS[1]);
      expect(own).toMatchObject({ lag: 0, pending: 0, consumers: 1 });
    }, PATIENT);
    const gone = new AbortController();
    const feed = runtime.feed.subscribe(parseFeedQuery(new URLSearchParams(), null), {
      transport: 'sse',
      actor: { name: 'anonymous', role: 'admin', address: 'unknown', via: 'open' },
      signal: gone.signal,
    });
    expect((await feed.next()).done).toBe(false);
    const next = feed.next();
    await stop();
    expect((await next).done).toBe(true);
    const own = (await groupsOf('shield:events')).find(({ name }) => name === EVENT_GROUPS[1]);
    expect(own).toMatchObject({ pending: 0, consumers: 0 });
    await vi.waitFor(async () => {
      expect(await redis.command('CLIENT', 'LIST')).not.toContain('shield-dashboard');
    }, PATIENT);
  });

  it('counts live connections of an IPv6 network as of one address', async () => {
    const { runtime } = start({ FEED_SUBSCRIBERS_PER_ADDRESS_MAX: '1' });
    runtime.knowsAddresses = true;
    const gone = new AbortController();
    const subscribe = (address: string) =>
      runtime.feed.subscribe(parseFeedQuery(new URLSearchParams(), null), {
        transport: 'sse',
        actor: { name: 'anonymous', role: 'admin', address, via: 'open' },
        signal: gone.signal,
      });
    subscribe('2001:db8::1');
    subscribe('10.0.0.1');
    const limited = expect.objectContaining({ code: 'address_limit' });
    expect(() => subscribe('2001:db8::ffff:2')).toThrow(limited);
    expect(() => subscribe('::ffff:10.0.0.1')).toThrow(limited);
    subscribe('2001:db8:0:1::1');
    gone.abort();
  });

  it('makes the groups it can where one key holds something else', async () => {
    await redis.command('SET', 'shield:ingestion_queue', 'text');
    const { lines } = start();
    await hasGroups('shield:events', EVENT_GROUPS);
    await vi.waitFor(() => expect(lines.join('')).toContain('could not be created'), PATIENT);
    expect(lines.join('')).toContain('shield:ingestion_queue: The key holds');
  });

  it('makes none and reads none where it is told so', async () => {
    const { runtime } = start({ BOOTSTRAP_GROUPS: 'false' });
    await vi.waitFor(() => expect(runtime.health.state.status).toBe('up'), PATIENT);
    await redis.command(
      'XGROUP',
      'CREATE',
      'shield:events',
      EVENT_GROUPS[1] ?? '',
      '$',
      'MKSTREAM',
    );
    await runtime.streams.emitEvent({ type: 't' });
    await vi.waitFor(async () => {
      expect((await runtime.monitor.snapshot()).streams).toHaveLength(2);
    }, PATIENT);
    expect(await groupsOf('shield:events')).toMatchObject([{ consumers: 0, lag: 1 }]);
    expect(await groupsOf('shield:ingestion_queue')).toEqual([]);
  });

  it('starts without Redis, and takes up its work when Redis is there', async () => {
    await redis.server.kill();
    const { runtime, lines } = start();
    expect(runtime.healthStatus).toBe('degraded');
    expect((await runtime.monitor.snapshot()).redis).toMatchObject({ status: 'down' });
    await redis.server.restart();
    await hasGroups('shield:events', EVENT_GROUPS);
    await vi.waitFor(() => expect(runtime.healthStatus).toBe('healthy'), PATIENT);
    expect(lines.join('')).not.toContain(redis.server.password);
  });

  it('stops at once while Redis is away', async () => {
    const { stop, runtime } = start();
    await vi.waitFor(() => expect(runtime.healthStatus).toBe('healthy'), PATIENT);
    await redis.server.kill();
    await vi.waitFor(() => expect(runtime.healthStatus).toBe('degraded'), PATIENT);
    const startedMs = performance.now();
    await stop();
    // What is promised for a stop, whatever is wrong.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    await redis.server.restart();
  });
});
