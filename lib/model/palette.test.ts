import { describe, expect, it } from 'vitest';
import {
  actionItem,
  consumerItems,
  findItems,
  groupsTyped,
  PALETTE_SHOWN_MAX,
  pageItem,
  placeItems,
} from './palette';
import { NO_RATES } from './recent-rates';
import type { GroupSnapshot, StreamSnapshot } from './snapshot';

const group = (name: string): GroupSnapshot => ({
  ...{ name, consumers: 0, pending: 0, last_delivered_id: '0-0', entries_read: null },
  ...{ out_per_second: null, idle_ms: null, oldest_pending: null },
  ...{ state: 'keeping_up', state_reason: '' },
  lag: { value: 0, quality: 'exact', reason: null, lost: 0, behind_ms: null },
  outlook: {
    ...{ rate_window_ms: 0, trend: null, trim: null },
    drain: { status: 'drained', in_ms: null, window_ms: null, reason: null },
  },
});

const stream = (name: string, groups: string[] = []): StreamSnapshot => ({
  ...{ name, status: 'ok', watched: true, length: 0 },
  ...{ first_entry: null, last_entry: null, last_generated_id: null, entries_added: null },
  ...{ memory_bytes: null, in_per_second: null, rate_window_ms: 0, findings: [], recent: NO_RATES },
  groups: groups.map(group),
});

const labels = (items: readonly { label: string }[]) => items.map(({ label }) => label);

const STREAMS = [
  stream('shield:events', ['ag-ui-frontend', 'metrics-collector']),
  stream('shield:ingestion_queue', ['lightrag-workers', 'metrics-collector']),
];

describe('places', () => {
  it('are streams with their groups, what needs attention first', () => {
    const items = placeItems(STREAMS, [
      { stream: 'shield:ingestion_queue', group: 'lightrag-workers' },
      { stream: 'shield:events', group: null },
    ]);
    expect(labels(items)).toEqual([
      'shield:events',
      'lightrag-workers',
      'ag-ui-frontend',
      'metrics-collector',
      'shield:ingestion_queue',
      'metrics-collector',
    ]);
  });

  it('lead to their pages, whatever their names hold', () => {
    const [odd, its] = placeItems([stream('a/b ?', ['c#d'])], []);
    expect(odd).toMatchObject({ kind: 'stream', href: '/streams/a%2Fb%20%3F' });
    expect(its).toMatchObject({ kind: 'group', href: '/streams/a%2Fb%20%3F/groups/c%23d' });
  });
});

describe('what is typed', () => {
  const items = [
    pageItem('Live', '/events'),
    ...placeItems(STREAMS, []),
    actionItem('theme-dark', 'Dark theme', 'appearance'),
  ];

  it('nothing finds everything, as it stands', () => {
    expect(findItems(items, '  ').items).toEqual(items);
  });

  it('finds a group by parts of its name and of its stream', () => {
    const [first] = findItems(items, 'met queue').items;
    expect(first).toMatchObject({ label: 'metrics-collector', within: 'shield:ingestion_queue' });
    expect(labels(findItems(items, 'lrw').items)[0]).toBe('lightrag-workers');
  });

  it('finds an action by a further word', () => {
    expect(labels(findItems(items, 'appear').items)).toEqual(['Dark theme']);
  });

  it('finds nothing where one word of it is found nowhere', () => {
    expect(findItems(items, 'live zzz')).toEqual({ items: [], more: 0 });
  });

  it('of many it shows the best and says how many more there are', () => {
    const many = placeItems(
      Array.from({ length: 5_000 }, (_, at) => stream(`orders:${at}`, ['workers'])),
      [],
    );
    const { items: shown, more } = findItems(many, 'orders:4321');
    expect(shown[0]?.label).toBe('orders:4321');
    expect(findItems(many, 'orders').items).toHaveLength(PALETTE_SHOWN_MAX);
    expect(findItems(many, 'orders').more).toBe(10_000 - PALETTE_SHOWN_MAX);
    expect(more).toBe(0);
  });
});

describe('consumers', () => {
  const places = placeItems(STREAMS, []);

  it('are meant once the whole name of their group is typed', () => {
    expect(groupsTyped(places, 'lightrag-workers w-2')).toEqual([
      { group: { stream: 'shield:ingestion_queue', group: 'lightrag-workers' }, part: 'w-2' },
    ]);
    expect(groupsTyped(places, 'METRICS-collector')).toHaveLength(2);
    expect(groupsTyped(places, 'lightrag')).toEqual([]);
  });

  it('lead to their row, and one without a name says so', () => {
    const [named, nameless] = consumerItems({ stream: 's', group: 'g' }, ['worker 2', '']);
    expect(named).toMatchObject({
      label: 'worker 2',
      within: 'g',
      href: '/streams/s/groups/g?tab=consumers&q=worker+2',
    });
    expect(nameless?.label).toBe('(no name)');
  });
});
