import { describe, expect, it } from 'vitest';
import type { Snapshot } from '@/lib/model/snapshot';
import { StatsAnswer } from './stats-answer';

const redis: Snapshot['redis'] = {
  ...{ status: 'up', since: '2026-01-01T00:00:00.000Z', latency_ms: 1 },
} as Snapshot['redis'];
const sampled: Snapshot = { sampled_at: '2026-01-01T00:00:01.000Z', redis, streams: [] };

function answering(first: Snapshot) {
  let snapshot = first;
  const sampler = {
    snapshot: async () => snapshot,
    isNewest: (one: Snapshot) => one.streams === snapshot.streams && one.redis === snapshot.redis,
  };
  const answer = new StatsAnswer(sampler, ['configured']);
  return {
    answer,
    read: async () => JSON.parse(new TextDecoder().decode(await answer.bytes())),
    become: (next: Snapshot) => {
      snapshot = next;
    },
  };
}

describe('the answer of /events/stats', () => {
  it('is made once for all who ask of one sample', async () => {
    const { answer, become } = answering(sampled);
    const bytes = await answer.bytes();
    become({ ...sampled });
    expect(await answer.bytes()).toBe(bytes);
  });

  it('is another after the next sample, and when the state of Redis changes', async () => {
    const { read, become } = answering(sampled);
    expect(await read()).toMatchObject({ timestamp: sampled.sampled_at, redis: { latency_ms: 1 } });
    become({ ...sampled, sampled_at: '2026-01-01T00:00:02.000Z', streams: [] });
    expect(await read()).toMatchObject({ timestamp: '2026-01-01T00:00:02.000Z' });
    become({ ...sampled, redis: { ...redis, latency_ms: 2 } as Snapshot['redis'] });
    expect(await read()).toMatchObject({ redis: { latency_ms: 2 } });
  });

  it('is at hand from when it was made until there is a newer one', async () => {
    const { answer, become } = answering(sampled);
    expect(answer.atHand).toBeNull();
    const bytes = await answer.bytes();
    expect(answer.atHand).toBe(bytes);
    become({ ...sampled, streams: [] });
    expect(answer.atHand).toBeNull();
  });

  it('has the configured streams, and its own time, before there is a sample', async () => {
    const { answer, read } = answering({ ...sampled, sampled_at: null });
    expect(await read()).toMatchObject({
      streams: { configured: { length: null, consumer_groups: [] } },
      ...{ sampled_at: null, timestamp: expect.stringMatching(/Z$/) },
    });
    expect(await answer.bytes()).not.toBe(await answer.bytes());
  });
});
