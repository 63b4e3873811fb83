import { describe, expect, it } from 'vitest';
import { findAttention, worstSeverity } from './attention';
import type { GroupSnapshot, StreamSnapshot } from './snapshot';

function group(over: Partial<GroupSnapshot> = {}): GroupSnapshot {
  return {
    name: 'workers',
    consumers: 1,
    pending: 0,
    last_delivered_id: '1-0',
    entries_read: 1,
    lag: { value: 0, quality: 'exact', reason: null, lost: 0, behind_ms: null },
    out_per_second: 1,
    idle_ms: 0,
    oldest_pending: null,
    state: 'keeping_up',
    state_reason: 'Nothing is waiting.',
    ...over,
  };
}

function stream(over: Partial<StreamSnapshot> = {}): StreamSnapshot {
  return {
    name: 'tasks',
    status: 'ok',
    watched: true,
    length: 1,
    first_entry: '1-0',
    last_entry: '1-0',
    last_generated_id: '1-0',
    entries_added: 1,
    memory_bytes: 1,
    in_per_second: 1,
    rate_window_ms: 10_000,
    groups: [group()],
    recent: [],
    ...over,
  };
}

const lag = (over: Partial<GroupSnapshot['lag']>) => ({ ...group().lag, ...over });
const find = (...streams: StreamSnapshot[]) => findAttention({ streams });

describe('what needs attention', () => {
  it('is nothing while every group keeps up', () => {
    expect(find(stream(), stream({ name: 'events', groups: [] }))).toEqual([]);
  });

  it('is a stalled group, with its reason and who holds what', () => {
    const [item] = find(
      stream({
        groups: [
          group({
            state: 'stalled',
            state_reason: 'worker-2 has held an entry for 6 min',
            lag: lag({ value: 214, behind_ms: 420_000 }),
            pending: 14,
            oldest_pending: { id: '1-0', consumer: 'worker-2', idle_ms: 360_000, deliveries: 3 },
          }),
        ],
      }),
    );
    expect(item).toMatchObject({ severity: 'bad', stream: 'tasks', group: 'workers' });
    expect(item?.what).toBe('is stalled');
    expect(item?.evidence).toEqual([
      'worker-2 has held an entry for 6 min.',
      '214 entries wait, the oldest for 7 min.',
      'The oldest pending entry was delivered 3 times.',
    ]);
  });

  it('is worse where entries were lost', () => {
    const behind = { state: 'falling_behind' as const, state_reason: 'More comes than goes.' };
    expect(find(stream({ groups: [group(behind)] }))[0]?.severity).toBe('warn');
    const losing = find(stream({ groups: [group({ ...behind, lag: lag({ lost: 190 }) })] }));
    expect(losing[0]?.severity).toBe('bad');
    expect(losing[0]?.evidence.at(-1)).toBe(
      '190 entries were trimmed before this group read them.',
    );
  });

  it('is a group nobody reads only when something waits for it', () => {
    const idle = { state: 'nobody_reading' as const, consumers: 0 };
    expect(find(stream({ groups: [group(idle)] }))).toEqual([]);
    expect(find(stream({ groups: [group({ ...idle, lag: lag({ value: 3 }) })] }))).toHaveLength(1);
    expect(find(stream({ groups: [group({ ...idle, pending: 1 })] }))).toHaveLength(1);
    const unknown = lag({ value: null, quality: 'unknown' });
    expect(find(stream({ groups: [group({ ...idle, lag: unknown })] }))).toEqual([]);
  });

  it('is a loss even where the group keeps up', () => {
    const [item] = find(stream({ groups: [group({ lag: lag({ lost: 1 }) })] }));
    expect(item).toMatchObject({ severity: 'warn', what: 'has lost 1 entry' });
  });

  it('is a watched stream that is absent or no stream, and no stream found by chance', () => {
    const absent = stream({ status: 'absent', groups: [] });
    const wrong = stream({ name: 'list', status: 'wrong_type', groups: [] });
    expect(find(absent, wrong).map((item) => [item.stream, item.severity])).toEqual([
      ['list', 'bad'],
      ['tasks', 'warn'],
    ]);
    expect(find({ ...wrong, watched: false })).toEqual([]);
  });

  it('names the worst of a stream', () => {
    const items = find(
      stream({
        groups: [
          group({ name: 'a', state: 'falling_behind' }),
          group({ name: 'b', state: 'stalled' }),
        ],
      }),
      stream({ name: 'events' }),
    );
    expect(items.map((item) => item.group)).toEqual(['b', 'a']);
    expect(worstSeverity(items, 'tasks')).toBe('bad');
    expect(worstSeverity(items, 'events')).toBeNull();
  });
});
