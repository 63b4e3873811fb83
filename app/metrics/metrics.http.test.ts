import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { JOB, PROMETHEUS, startPrometheus } from '@/e2e/support/prometheus';
import { addEntries } from '@/e2e/support/redis-facts';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';

const QUEUE = 'shield:ingestion_queue';
const ODD = 'q"\\\n{größe}';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    redis: { args: PERSISTENT },
    dashboard: {
      env: {
        STREAMS: `${QUEUE},shield:events,absent:one,text`,
        METRICS_CONSUMERS_MAX: '5',
        HISTORY: 'off',
      },
    },
  });
  const { command } = stack.redis;
  await command('SET', 'text', 'no stream');
  await addEntries(stack.redis, QUEUE, 30, () => ['n', '1']);
  const ids = await addEntries(stack.redis, QUEUE, 10, () => ['n', '1']);
  await command('XGROUP', 'CREATE', QUEUE, 'odd "name"', '0');
  await command('XREADGROUP', 'GROUP', 'odd "name"', 'c\\1', 'COUNT', 5, 'STREAMS', QUEUE, '>');
  // A hole ahead of the cursor: Redis's own lag is wrong or nil now.
  await command('XDEL', QUEUE, ...ids.slice(0, 4));
  await command('XGROUP', 'CREATE', 'trimmed', 'slow', '$', 'MKSTREAM');
  await addEntries(stack.redis, 'trimmed', 30, () => ['n', '1']);
  // Redis knows what a group has read only once it has read.
  await command('XREADGROUP', 'GROUP', 'slow', 'c', 'COUNT', 5, 'STREAMS', 'trimmed', '>');
  await command('XTRIM', 'trimmed', 'MAXLEN', 10);
  await addEntries(stack.redis, ODD, 1, () => ['n', '1']);
  await addEntries(stack.redis, 'many', 1, () => ['n', '1']);
  await command('XGROUP', 'CREATE', 'many', 'workers', '$');
  for (let n = 0; n < 9; n++) await command('XGROUP', 'CREATECONSUMER', 'many', 'workers', `c${n}`);
});
afterAll(() => stack.stop());

async function scrape(): Promise<string> {
  const answer = await send(stack.base, '/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-store');
  return answer.text;
}

/** Waits for a scrape that holds all of these lines. */
function eventuallyScraped(...lines: string[]): Promise<string> {
  return eventually(async () => {
    const text = await scrape();
    const scraped = new Set(text.split('\n'));
    expect(lines.filter((line) => !scraped.has(line))).toEqual([]);
    return text;
  });
}

/** Calls of the commands named so, since Redis started. */
async function callsInRedis(named: RegExp): Promise<number> {
  const stats = String(await stack.redis.command('INFO', 'commandstats'));
  return [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
    .filter(([, name = '']) => named.test(name))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}

describe('GET /metrics', () => {
  test("tells what is in Redis, by redis_exporter's names and by ours", async () => {
    const odd = `db="db0",stream="${QUEUE}",group="odd \\"name\\""`;
    await eventuallyScraped(
      'redis_up 1',
      `redis_stream_length{db="db0",stream="${QUEUE}"} 36`,
      `redis_stream_group_messages_pending{${odd}} 5`,
      `redis_stream_group_lag{${odd}} 31`,
      `shield_stream_group_lag_quality{${odd},quality="counted"} 1`,
      'redis_stream_group_lag{db="db0",stream="trimmed",group="slow"} 10',
      'shield_stream_group_lost_entries{db="db0",stream="trimmed",group="slow"} 15',
      'shield_stream_group_state{db="db0",stream="many",group="workers",state="keeping_up"} 1',
      'redis_stream_length{db="db0",stream="q\\"\\\\\\n{größe}"} 1',
      'shield_feed_subscribers{transport="sse"} 0',
    );
  });

  test('has a status alone for what is no stream', async () => {
    const text = await eventuallyScraped(
      'shield_stream_status{db="db0",stream="absent:one",status="absent"} 1',
      'shield_stream_status{db="db0",stream="text",status="wrong_type"} 1',
    );
    expect(text.match(/stream="(absent:one|text)"/g)).toHaveLength(2);
  });

  test('lists consumers within the budget and counts the groups without', async () => {
    const text = await eventuallyScraped(
      `redis_stream_group_consumer_messages_pending{db="db0",stream="${QUEUE}",group="odd \\"name\\"",consumer="c\\\\1"} 5`,
      'shield_stream_groups_without_consumers 1',
    );
    expect(text).not.toMatch(/group="workers",consumer=/);
  });

  test('counts the live feed', async () => {
    const gone = new AbortController();
    const feed = await fetch(`${stack.base}/events/stream?last_id=0&stream=trimmed`, {
      signal: gone.signal,
    });
    const reader = feed.body?.getReader();
    await reader?.read();
    await eventually(async () => {
      const text = await scrape();
      expect(text).toContain('shield_feed_subscribers{transport="sse"} 1\n');
      const delivered = /^shield_feed_messages_delivered_total (\d+)$/m.exec(text)?.[1];
      expect(Number(delivered)).toBeGreaterThanOrEqual(10);
    });
    gone.abort();
    await eventuallyScraped('shield_feed_subscribers{transport="sse"} 0');
  });

  test('costs Redis nothing: three scrapes, no command', async () => {
    // What falls between is not the scrapes' doing; if each cost one, no try could pass.
    await eventually(async () => {
      await scrape();
      const before = await callsInRedis(/^(?!ping|xread|info)/);
      for (let n = 0; n < 3; n++) await scrape();
      expect(await callsInRedis(/^(?!ping|xread|info)/)).toBe(before);
    });
  });

  test('keeps the sampler no busier: unwatched, it samples every 5 s, not every second', async () => {
    // Without a history, which samples every second.
    // A sample goes on with the scan for streams; nothing else scans.
    await eventually(async () => {
      const before = await callsInRedis(/^scan/);
      const endsAt = performance.now() + 2_000;
      while (performance.now() < endsAt) await scrape();
      expect(await callsInRedis(/^scan/)).toBe(before);
    });
  });

  test('is refused under a foreign host name', async () => {
    const answer = await send(stack.base, '/metrics', { headers: { host: 'rebound.example' } });
    expect(answer.status).toBe(403);
  });

  test.skipIf(spawnSync('promtool', ['--version']).status !== 0)(
    'promtool finds nothing wrong with it',
    async () => {
      const input = await eventuallyScraped(
        'redis_up 1',
        'shield_stream_groups_without_consumers 1',
      );
      const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input });
      expect(`${stdout}${stderr}`).toBe('');
    },
  );

  test.skipIf(PROMETHEUS === undefined)(
    'a real Prometheus scrapes it, and has an answer for every panel of the board',
    async () => {
      const board = readFileSync('deploy/grafana/shield-dashboard.json', 'utf8');
      const panels = [...board.matchAll(/^ *"expr": (".*"),?$/gm)].map(([, expr = '']) =>
        String(JSON.parse(expr))
          .replaceAll('$job', JOB)
          .replaceAll(/\$(stream|group)/g, '.*')
          .replaceAll('$__rate_interval', '1m'),
      );
      expect(panels.length).toBeGreaterThan(15);
      expect(panels.join('\n')).not.toContain('$');
      const prometheus = await startPrometheus(stack.base);
      const gone = new AbortController();
      // One panel is of what is handed out to live connections.
      await fetch(`${stack.base}/events/stream?stream=many`, { signal: gone.signal });
      try {
        await eventually(async () => {
          await addEntries(stack.redis, 'many', 1, () => ['n', '1']);
          const answers = await Promise.all(panels.map(prometheus.query));
          expect(panels.filter((_, at) => answers[at]?.length === 0)).toEqual([]);
        });
        expect(await prometheus.query(`up{job="${JOB}"}`)).toMatchObject([
          { value: [expect.any(Number), '1'] },
        ]);
        const odd = `redis_stream_group_lag{stream="${QUEUE}",group="odd \\"name\\""}`;
        expect(await prometheus.query(odd)).toMatchObject([{ value: [expect.any(Number), '31'] }]);
      } finally {
        gone.abort();
        await prometheus.stop();
      }
    },
  );

  test('with Redis away: redis_up 0 and no streams; with Redis back: new numbers', async () => {
    await stack.redis.kill();
    const text = await eventuallyScraped(
      'redis_up 0',
      'shield_redis_trouble{code="redis_unreachable"} 1',
    );
    expect(text).not.toMatch(/^(redis|shield)_stream/m);
    expect(text).toMatch(/^shield_sample_timestamp_seconds \d/m);
    expect(text).toMatch(/^shield_uptime_seconds \d/m);
    await restartRedis(stack.redis);
    await eventuallyScraped('redis_up 1', 'redis_stream_length{db="db0",stream="trimmed"} 10');
  });
});
