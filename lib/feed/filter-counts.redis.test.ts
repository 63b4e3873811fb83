import { describe, expect, it, vi } from 'vitest';
import { compareEntryIds } from '@/lib/model/entry-id';
import { liveFeed, PATIENT, type Subscriber } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';

const redis = ownRedis();

/** One entry in four is of type `a`. */
const addMany = (stream: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      redis.command('XADD', stream, '*', 'type', n % 4 === 0 ? 'a' : 'b', 'n', n),
    ),
  );

const filteredOf = (subscriber: Subscriber) =>
  subscriber
    .own('dashboard.counts')
    .reduce((sum, counts) => sum + Number(Reflect.get(Object(counts), 'filtered')), 0);

const accountsFor = (subscriber: Subscriber, sent: number, filtered: number) =>
  vi.waitFor(() => {
    expect(subscriber.ids).toHaveLength(sent);
    expect(filteredOf(subscriber)).toBe(filtered);
  }, PATIENT);

describe('what the filter leaves out', () => {
  it('is told to who asks, whole, whether it was read along or from Redis', async () => {
    await addMany('s', 400);
    const feed = liveFeed(redis);
    const [replay, live, plain] = [
      feed.open('s', { lastId: '0-0', query: 'type=a', counts: true }),
      feed.open('s', { query: 'type=a', counts: true }),
      feed.open('s', { lastId: '0-0', query: 'type=a' }),
    ];
    await vi.waitFor(() => expect(live.own('dashboard.hello')).toHaveLength(1), PATIENT);
    await addMany('s', 40);
    await accountsFor(replay, 110, 330);
    await accountsFor(live, 10, 30);
    await accountsFor(plain, 110, 0);
    expect(plain.own('dashboard.counts')).toEqual([]);
  });

  it('is told behind the entries it lies between, so that a resume counts none twice', async () => {
    await addMany('t', 400);
    const feed = liveFeed(redis);
    const query = { query: 'type=a', counts: true };
    const first = feed.open('t', { ...query, lastId: '0-0' });
    await accountsFor(first, 100, 300);
    let [sent, filtered] = [0, 0];
    for (const [at, message] of first.messages.entries()) {
      if (message.id !== undefined) sent++;
      if (message.event !== 'dashboard.counts') continue;
      const counts: { id: string; filtered: number } = JSON.parse(message.data);
      filtered += counts.filtered;
      expect(message.resume).toBe(counts.id);
      // Who leaves here and comes back is given the rest, and told of the rest.
      const resumed = feed.open('t', { ...query, lastId: counts.id });
      await accountsFor(resumed, 100 - sent, 300 - filtered);
      await resumed.leave();
      const next = first.messages.slice(at + 1).find(({ id }) => id !== undefined)?.id;
      if (next !== undefined) expect(compareEntryIds(counts.id, next)).toBeLessThan(0);
    }
    expect(filtered).toBe(300);
  });
});
