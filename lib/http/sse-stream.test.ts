import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import type { FeedEnd } from './feed-pump';
import { sseFrame } from './sse';
import { sseStream } from './sse-stream';

afterEach(() => vi.useRealTimers());

const message = (n: number): FeedMessage => ({ event: 'e', id: `${n}-0`, data: `{"n":${n}}` });

/** A source that counts what is asked of it, and ends or waits as it is told. */
function source(script: (FeedMessage[] | 'wait' | 'fail')[]) {
  const facts = { pulls: 0, closes: 0, finished: 0, end: null as FeedEnd | null };
  const gone = new AbortController();
  async function* messages(): AsyncGenerator<FeedMessage[], void, void> {
    try {
      for (const step of script) {
        facts.pulls++;
        if (step === 'fail') throw new Error('broken');
        if (step !== 'wait') yield step;
        else await new Promise((resolve) => gone.signal.addEventListener('abort', resolve));
      }
    } finally {
      facts.finished++;
    }
  }
  const close = (end: FeedEnd) => {
    facts.closes++;
    facts.end = end;
    gone.abort();
  };
  return { facts, stream: sseStream(messages(), { close, stalledMs: 60_000 }) };
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { value, done } = await reader.read();
  return done ? null : new TextDecoder().decode(value);
}
/** Everything that is under way is given the chance to happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('sseStream', () => {
  it('begins at once, before there is anything to say', async () => {
    const { stream } = source(['wait']);
    const reader = stream.getReader();
    expect(await readText(reader)).toBe('retry: 2000\n: connected\n\n');
    await reader.cancel();
  });

  it('sends a batch as one chunk of frames', async () => {
    const { stream } = source([[message(1), message(2)], [message(3)]]);
    const reader = stream.getReader();
    await readText(reader);
    expect(await readText(reader)).toBe(sseFrame(message(1)) + sseFrame(message(2)));
    expect(await readText(reader)).toBe(sseFrame(message(3)));
  });

  it('asks for no more than is read', async () => {
    const { stream, facts } = source(Array.from({ length: 100 }, (_, n) => [message(n)]));
    const reader = stream.getReader();
    await settle();
    expect(facts.pulls).toBeLessThanOrEqual(1);
    await readText(reader);
    await readText(reader);
    await settle();
    expect(facts.pulls).toBeLessThanOrEqual(3);
    await reader.cancel();
    await settle();
    expect(facts).toMatchObject({ closes: 1, finished: 1 });
  });

  it('cleans up once when the reader leaves while it waits', async () => {
    const { stream, facts } = source(['wait']);
    const reader = stream.getReader();
    await readText(reader);
    await settle();
    expect(facts).toMatchObject({ pulls: 1, closes: 0, finished: 0 });
    await reader.cancel();
    await settle();
    expect(facts).toEqual({ pulls: 1, closes: 1, finished: 1, end: 'gone' });
  });

  it('cleans up once when it ends, and when it breaks', async () => {
    const ended = source([[message(1)]]);
    const endedReader = ended.stream.getReader();
    while ((await readText(endedReader)) !== null);
    await endedReader.cancel();
    expect(ended.facts).toMatchObject({ closes: 1, finished: 1 });

    const broken = source(['fail']);
    const brokenReader = broken.stream.getReader();
    await readText(brokenReader);
    await expect(readText(brokenReader)).rejects.toThrow('broken');
    await brokenReader.cancel().catch(() => undefined);
    expect(broken.facts).toMatchObject({ closes: 1, finished: 1 });
  });

  it('says at its end when to come back', async () => {
    const { stream, facts } = source([[message(1)]]);
    const reader = stream.getReader();
    const chunks: string[] = [];
    for (let text = await readText(reader); text !== null; text = await readText(reader)) {
      chunks.push(text);
    }
    expect(chunks.at(-1)).toMatch(/^retry: \d+\n: stopping\n\n$/);
    expect(facts).toMatchObject({ closes: 1, end: 'ended' });
  });

  it('cuts a reader that takes nothing, with a reason behind what it has not read', async () => {
    vi.useFakeTimers();
    const { stream, facts } = source([[message(1)], [message(2)], 'wait']);
    const reader = stream.getReader();
    await vi.advanceTimersByTimeAsync(0);
    await readText(reader);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(facts.closes).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(facts).toMatchObject({ closes: 1, end: 'stalled' });
    expect(await readText(reader)).toBe(sseFrame(message(1)));
    expect(await readText(reader)).toMatch(/^retry: \d+\n: stalled\n\n$/);
    expect(await readText(reader)).toBeNull();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of one that does not even take the reason', async () => {
    vi.useFakeTimers();
    const { stream } = source([[message(1)], [message(2)], 'wait']);
    const reader = stream.getReader();
    await vi.advanceTimersByTimeAsync(0);
    await readText(reader);
    await vi.advanceTimersByTimeAsync(90_000);
    await expect(readText(reader)).rejects.toThrow('takes nothing');
  });

  it('does not cut one that waits for something to read', async () => {
    vi.useFakeTimers();
    const { stream, facts } = source([[message(1)], 'wait']);
    const reader = stream.getReader();
    await readText(reader);
    await readText(reader);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(facts.closes).toBe(0);
    await reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is heard of every fifteen seconds, but does not pile that up', async () => {
    vi.useFakeTimers();
    const { stream, facts } = source(['wait']);
    const reader = stream.getReader();
    await readText(reader);
    await vi.advanceTimersByTimeAsync(15_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await readText(reader)).toBe(': alive\n\n');
    const next = readText(reader);
    await vi.advanceTimersByTimeAsync(14_999);
    expect(await Promise.race([next, 'nothing'])).toBe('nothing');
    await vi.advanceTimersByTimeAsync(1);
    expect(await next).toBe(': alive\n\n');
    await reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
    expect(facts.closes).toBe(1);
  });
});
