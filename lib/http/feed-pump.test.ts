import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FeedBatch } from '@/lib/model/feed-message';
import { pump } from './feed-pump';

afterEach(() => vi.useRealTimers());

const batch = (n: number): FeedBatch => [{ event: 'e', id: `${n}-0`, data: 'x'.repeat(100) }];
const encode = (messages: FeedBatch) => Buffer.from(messages.map(({ data }) => data).join(''));

/** Endless batches, and how many were asked for. */
function endless() {
  const facts = { asked: 0, finished: false };
  async function* source(): AsyncGenerator<FeedBatch, void, void> {
    try {
      for (;;) yield batch(facts.asked++);
    } finally {
      facts.finished = true;
    }
  }
  return { facts, source: source() };
}

/** A connection that takes 150 bytes and then waits to be read. */
const narrow = () => new PassThrough({ highWaterMark: 150 });

describe('pump', () => {
  it('writes each batch, and says that the feed ended', async () => {
    const sink = new PassThrough();
    async function* two(): AsyncGenerator<FeedBatch, void, void> {
      yield batch(1);
      yield batch(2);
    }
    expect(await pump(two(), sink, { encode, stalledMs: 1_000 })).toBe('ended');
    expect(sink.read()).toHaveLength(200);
  });

  it('asks for no more than the connection takes', async () => {
    const { facts, source } = endless();
    const sink = narrow();
    const end = pump(source, sink, { encode, stalledMs: 60_000 });
    await setImmediate();
    const asked = facts.asked;
    await setImmediate();
    expect(facts.asked).toBe(asked);
    sink.read();
    await vi.waitFor(() => expect(facts.asked).toBeGreaterThan(asked), {
      timeout: 20_000,
    });
    sink.destroy();
    expect(await end).toBe('gone');
    expect(facts.finished).toBe(true);
    expect(sink.listenerCount('drain')).toBe(0);
  });

  it('cuts a client that takes nothing for long', async () => {
    vi.useFakeTimers();
    const { facts, source } = endless();
    const end = pump(source, narrow(), { encode, stalledMs: 5_000 });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(facts.finished).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await end).toBe('stalled');
    expect(facts.finished).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('cuts nobody for a time in which the process itself stood still', async () => {
    const { facts, source } = endless();
    const sink = narrow();
    const end = pump(source, sink, { encode, stalledMs: 200 });
    await setImmediate();
    const { asked } = facts;
    // The timer is due by then, and comes before what the client took meanwhile.
    const taken = setImmediate().then(() => sink.read());
    for (const endsAt = performance.now() + 260; performance.now() < endsAt; );
    await taken;
    await vi.waitFor(() => expect(facts.asked).toBeGreaterThan(asked), { timeout: 20_000 });
    sink.destroy();
    expect(await end).toMatch(/gone|stalled/);
  });
});
