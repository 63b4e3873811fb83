import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_RATES } from '@/lib/model/recent-rates';
import type { GroupSnapshot, RedisState, StreamSnapshot } from '@/lib/model/snapshot';
import { METRICS, type MetricsFacts, prometheusText } from './prometheus';

const UP: RedisState = {
  status: 'up',
  since: '2026-01-02T03:00:00.000Z',
  latency_ms: 0.25,
  version: '7.2.0',
};
const SAMPLED_AT = '2026-01-02T03:04:05.500Z';

const group = (given: Partial<GroupSnapshot> = {}): GroupSnapshot => ({
  name: 'workers',
  consumers: 2,
  pending: 3,
  last_delivered_id: '1700000000000-4',
  entries_read: 40,
  lag: { value: 7, quality: 'counted', reason: 'counted', lost: 5, behind_ms: 1_500 },
  out_per_second: 1.5,
  idle_ms: 250,
  oldest_pending: { id: '1700000000000-1', consumer: 'c', idle_ms: 61_000, deliveries: 2 },
  state: 'stalled',
  state_reason: 'because',
  outlook: {
    rate_window_ms: 10_000,
    trend: null,
    drain: { status: 'drained', in_ms: null, window_ms: null, reason: null },
    trim: null,
  },
  ...given,
});

const stream = (given: Partial<StreamSnapshot> = {}): StreamSnapshot => ({
  name: 'tasks',
  status: 'ok',
  watched: true,
  length: 12,
  first_entry: '1700000000000-0',
  last_entry: '1700000001000-0',
  last_generated_id: '1700000002000-9',
  entries_added: 50,
  structure: {
    max_deleted_entry_id: '1690000000000-3',
    radix_tree: { keys: 4, nodes: 9 },
  },
  memory_bytes: 4_096,
  in_per_second: 2,
  rate_window_ms: 10_000,
  findings: [],
  groups: [group()],
  recent: NO_RATES,
  ...given,
});

const facts = (
  streams: StreamSnapshot[] = [stream()],
  given: Partial<MetricsFacts> = {},
): MetricsFacts => ({
  db: 0,
  consumers: null,
  snapshot: { sampled_at: SAMPLED_AT, redis: UP, streams },
  feed: {
    ...{ sse: 3, websocket: 1, opened: 9, refused: 2, stalled: 1, delivered: 1_000 },
    ...{ reads: 70, read_failures: 4, hand_out_ms: 1.5 },
  },
  process: {
    uptimeSeconds: 60.5,
    residentBytes: 123_456,
    loopDelay: { quantiles: [{ quantile: 0.5, seconds: 0.001 }], sum: 1.25, count: 100 },
  },
  nowMs: Date.parse(SAMPLED_AT) + 1_000,
  ...given,
});

const sameLabels = (labels: string, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, labels]));

/** The samples, without HELP and TYPE. */
const samplesOf = (given: MetricsFacts) =>
  prometheusText(given)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const namesOf = (lines: string[]) => [...new Set(lines.map((line) => /^\w+/.exec(line)?.[0]))];
const EVERYTHING = facts(
  [
    stream(),
    stream({ name: 'a"b\\c\nd{}', groups: [group({ name: 'größe, x="1"' })] }),
    stream({ name: 'binary:_wA', status: 'wrong_type', groups: [] }),
  ],
  {
    consumers: {
      groups: [
        {
          ...{ stream: 'tasks', group: 'workers' },
          consumers: [{ name: 'c', pending: 3, idle_ms: 1_500, inactive_ms: null }],
        },
      ],
      leftOut: 2,
    },
  },
);

describe('what is written', () => {
  it("has redis_exporter's names and labels", () => {
    const labels = 'db="db3",stream="tasks"';
    expect(samplesOf(facts([stream()], { db: 3 }))).toEqual(
      expect.arrayContaining([
        'redis_up 1',
        `redis_stream_length{${labels}} 12`,
        `redis_stream_groups{${labels}} 1`,
        `redis_stream_first_entry_id{${labels}} 1700000000000`,
        `redis_stream_last_entry_id{${labels}} 1700000001000`,
        `redis_stream_last_generated_id{${labels}} 1700000002000`,
        `redis_stream_entries_added_total{${labels}} 50`,
        `redis_stream_group_consumers{${labels},group="workers"} 2`,
        `redis_stream_group_messages_pending{${labels},group="workers"} 3`,
        `redis_stream_group_last_delivered_id{${labels},group="workers"} 1700000000000`,
        `redis_stream_group_entries_read{${labels},group="workers"} 40`,
        `redis_stream_group_lag{${labels},group="workers"} 7`,
      ]),
    );
  });

  it('has each of its stream metrics, by its name, labels and type', () => {
    const text = prometheusText(EVERYTHING);
    const named = new Map(
      samplesOf(EVERYTHING)
        .filter((line) => line.startsWith('redis_stream'))
        .map((line) => /^(\w+)\{(.*)\}/.exec(line) ?? [])
        .map(([, name, labels = '']) => [
          name,
          [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label).join(),
        ]),
    );
    expect(Object.fromEntries(named)).toEqual({
      ...sameLabels('db,stream', [
        ...['redis_stream_length', 'redis_stream_groups', 'redis_stream_entries_added_total'],
        ...['redis_stream_radix_tree_keys', 'redis_stream_radix_tree_nodes'],
        ...['redis_stream_last_generated_id', 'redis_stream_max_deleted_entry_id'],
        ...['redis_stream_first_entry_id', 'redis_stream_last_entry_id'],
      ]),
      ...sameLabels('db,stream,group', [
        ...['redis_stream_group_consumers', 'redis_stream_group_messages_pending'],
        ...['redis_stream_group_last_delivered_id', 'redis_stream_group_entries_read'],
        'redis_stream_group_lag',
      ]),
      ...sameLabels('db,stream,group,consumer', [
        'redis_stream_group_consumer_messages_pending',
        'redis_stream_group_consumer_idle_seconds',
      ]),
    });
    for (const name of named.keys()) {
      const type = name === 'redis_stream_entries_added_total' ? 'counter' : 'gauge';
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
    }
    expect(text).toContain(
      'redis_stream_max_deleted_entry_id{db="db0",stream="tasks"} 1690000000000',
    );
    expect(text).toContain('redis_stream_radix_tree_keys{db="db0",stream="tasks"} 4');
    expect(text).toContain('redis_stream_radix_tree_nodes{db="db0",stream="tasks"} 9');
  });

  it('has what only the dashboard knows beside them', () => {
    const labels = 'db="db0",stream="tasks",group="workers"';
    expect(samplesOf(EVERYTHING)).toEqual(
      expect.arrayContaining([
        `shield_stream_group_lag_quality{${labels},quality="counted"} 1`,
        `shield_stream_group_state{${labels},state="stalled"} 1`,
        `shield_stream_group_lost_entries{${labels}} 5`,
        `shield_stream_group_behind_seconds{${labels}} 1.5`,
        `shield_stream_group_oldest_pending_seconds{${labels}} 61`,
        `shield_stream_group_idle_seconds{${labels}} 0.25`,
        `shield_stream_group_out_entries_per_second{${labels}} 1.5`,
        `redis_stream_group_consumer_messages_pending{${labels},consumer="c"} 3`,
        `redis_stream_group_consumer_idle_seconds{${labels},consumer="c"} 1.5`,
        'shield_stream_in_entries_per_second{db="db0",stream="tasks"} 2',
        'shield_stream_groups_without_consumers 2',
        'shield_redis_latency_seconds 0.00025',
        `shield_sample_timestamp_seconds ${Date.parse(SAMPLED_AT) / 1e3}`,
        'shield_feed_subscribers{transport="sse"} 3',
        'shield_feed_subscribers{transport="websocket"} 1',
        'shield_feed_messages_delivered_total 1000',
        'shield_feed_read_failures_total 4',
        'shield_feed_hand_out_seconds 0.0015',
        'shield_event_loop_delay_seconds{quantile="0.5"} 0.001',
        'shield_event_loop_delay_seconds_sum 1.25',
        'shield_event_loop_delay_seconds_count 100',
        'shield_process_resident_memory_bytes 123456',
        'shield_uptime_seconds 60.5',
      ]),
    );
  });

  it('has each family in one run, with HELP and TYPE once before it', () => {
    const lines = prometheusText(EVERYTHING).trimEnd().split('\n');
    const families = lines.flatMap((line) => /^# HELP (\w+) /.exec(line)?.[1] ?? []);
    expect(new Set(families).size).toBe(families.length);
    let family = '';
    for (const [at, line] of lines.entries()) {
      const help = /^# HELP (\w+) \S/.exec(line)?.[1];
      if (help !== undefined) {
        family = help;
        expect(lines[at + 1]).toMatch(new RegExp(`^# TYPE ${family} (counter|gauge|summary)$`));
      } else if (!line.startsWith('# TYPE')) {
        expect(line).toMatch(new RegExp(`^${family}(_sum|_count)?(\\{.*\\})? \\S+$`));
      }
    }
  });

  it('tells no two samples by the same name and labels', () => {
    const series = samplesOf(EVERYTHING).map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
  });
});

describe('what is not known', () => {
  it('is left out, and an unknown lag says that it is', () => {
    const unknown = group({
      entries_read: null,
      lag: { value: null, quality: 'unknown', reason: 'no right', lost: null, behind_ms: null },
      ...{ out_per_second: null, idle_ms: null, oldest_pending: null },
    });
    const bare = stream({
      ...{ length: 0, first_entry: null, last_entry: null, entries_added: null },
      ...{ memory_bytes: null, in_per_second: null, groups: [unknown] },
      structure: { max_deleted_entry_id: null, radix_tree: null },
    });
    const lines = samplesOf(facts([bare])).filter((line) => line.includes('stream="tasks"'));
    expect(namesOf(lines).toSorted()).toEqual([
      'redis_stream_group_consumers',
      'redis_stream_group_last_delivered_id',
      'redis_stream_group_messages_pending',
      'redis_stream_groups',
      'redis_stream_last_generated_id',
      'redis_stream_length',
      'shield_stream_group_lag_quality',
      'shield_stream_group_state',
      'shield_stream_status',
    ]);
    expect(lines.join('\n')).toContain('quality="unknown"} 1');
  });

  it('does not hide what is known to be nothing', () => {
    const idle = group({
      lag: { value: 0, quality: 'exact', reason: null, lost: 0, behind_ms: null },
    });
    const text = prometheusText(facts([stream({ groups: [idle] })]));
    const labels = '{db="db0",stream="tasks",group="workers"}';
    expect(text).toContain(`redis_stream_group_lag${labels} 0\n`);
    expect(text).toContain(`shield_stream_group_behind_seconds${labels} 0\n`);
    expect(text).toContain(`shield_stream_group_lost_entries${labels} 0\n`);
  });

  it.each(['absent', 'wrong_type', 'denied'] as const)('of a stream that is %s', (status) => {
    const lines = samplesOf(facts([stream({ status, length: 0, groups: [] })]));
    expect(lines.filter((line) => line.includes('stream="tasks"'))).toEqual([
      `shield_stream_status{db="db0",stream="tasks",status="${status}"} 1`,
    ]);
  });

  it('of the process is left out until it is measured', () => {
    const { feed, process } = facts();
    const names = namesOf(
      samplesOf(
        facts([], {
          feed: { ...feed, hand_out_ms: 0 },
          process: { ...process, loopDelay: null },
        }),
      ),
    );
    expect(names).not.toContain('shield_feed_hand_out_seconds');
    expect(names).not.toContain('shield_event_loop_delay_seconds');
  });
});

describe('an old sample', () => {
  const hasStreams = (given: MetricsFacts) => /stream_/.test(prometheusText(given));
  const at = (sampled_at: string | null, redis: RedisState = UP) =>
    facts([], { snapshot: { sampled_at, redis, streams: [stream()] } });

  it('is not shown while Redis is away, but that it is, why, and when it was asked last', () => {
    const away: RedisState = {
      ...{ status: 'down', since: SAMPLED_AT },
      ...{ code: 'redis_unreachable', message: 'gone' },
    };
    const text = prometheusText({ ...at(SAMPLED_AT, away), consumers: EVERYTHING.consumers });
    expect(text).not.toMatch(/stream_/);
    expect(text).toContain('redis_up 0\n');
    expect(text).toContain('shield_redis_trouble{code="redis_unreachable"} 1\n');
    expect(text).not.toContain('shield_redis_latency_seconds');
    expect(text).toContain('shield_sample_timestamp_seconds ');
    expect(text).toContain('shield_feed_subscribers{transport="sse"} 3\n');
  });

  it('is shown again only once there is one since Redis came back', () => {
    expect(hasStreams(at(SAMPLED_AT))).toBe(true);
    expect(hasStreams(at(SAMPLED_AT, { ...UP, since: '2026-01-02T03:04:05.600Z' }))).toBe(false);
  });

  it('is shown for longer while streams that cost much wait their turn', () => {
    const { snapshot } = at(SAMPLED_AT);
    const cost = {
      ...{ commands_per_second: 1, redis_us_per_second: 20_000, budget_us_per_second: 20_000 },
      ...{ slowed: true, reason: '1 of 1 streams cost much and are sampled seldom' },
    };
    const aged = (ms: number, slowed: boolean) => ({
      ...facts([], { snapshot: { ...snapshot, cost: { ...cost, slowed } } }),
      nowMs: Date.parse(SAMPLED_AT) + ms,
    });
    expect(hasStreams(aged(60_000, true))).toBe(true);
    expect(hasStreams(aged(60_000, false))).toBe(false);
    expect(hasStreams(aged(90_000, true))).toBe(false);
  });

  it('is not shown past 20 s, nor before there is one', () => {
    const nowMs = Date.parse(SAMPLED_AT) + 20_000;
    expect(hasStreams({ ...at(SAMPLED_AT), nowMs: nowMs - 1 })).toBe(true);
    expect(hasStreams({ ...at(SAMPLED_AT), nowMs })).toBe(false);
    const text = prometheusText(at(null));
    expect(text).not.toMatch(/stream_|shield_sample_timestamp/);
    expect(text).toContain('redis_up 1\n');
  });
});

describe('docs/metrics.md', () => {
  /** `| `name` | type | labels | unit | meaning | absent |`, one a line. */
  const ROW = /^\| `(\w+)` \| (\w+) \| ([^|]*)\| ([^|]+) \| ([^|]+) \| ([^|]*)\|$/;
  const rows = readFileSync('docs/metrics.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, name, type, labels = '', unit = '', meaning = ''] = ROW.exec(line) ?? [];
      return name === undefined ? [] : [{ name, type, labels: labels.trim(), unit, meaning }];
    });

  it('has one row for each metric, with its type and labels, and none for one that is not there', () => {
    const documented = rows.map(({ name, type, labels }) => `${name} ${type} ${labels}`);
    const wanted = METRICS.map(
      ({ name, type, labels }) => `${name} ${type} ${labels.map((l) => `\`${l}\``).join(', ')}`,
    );
    expect(documented.toSorted()).toEqual(wanted.toSorted());
  });

  it('says unit and meaning of each', () => {
    for (const { unit, meaning } of rows) {
      expect(unit).toMatch(/\w/);
      expect(meaning.length).toBeGreaterThan(7);
    }
  });
});

/** Debian and others have it in the package `prometheus`. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const promtool = (args: string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};

describe.skipIf(!hasPromtool)('promtool', () => {
  it('finds nothing wrong with the metrics', () => {
    const text = prometheusText(EVERYTHING);
    expect(namesOf(samplesOf(EVERYTHING)).length).toBeGreaterThan(35);
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' });
  });

  it('finds nothing wrong with the alert rules, and they fire when they should', () => {
    expect(promtool(['check', 'rules', 'deploy/prometheus/shield.rules.yml'])).toMatchObject({
      status: 0,
    });
    const test = promtool(['test', 'rules', 'deploy/prometheus/shield.rules.test.yml']);
    expect(test).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') });
  });

  it('takes the example configuration', () => {
    const config = ['check', 'config', 'deploy/prometheus/prometheus.example.yml'];
    expect(promtool(config)).toMatchObject({ status: 0 });
  });
});
