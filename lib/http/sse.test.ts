import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import { SSE_HEADERS, sseFrame, sseStream } from './sse';

afterEach(() => vi.useRealTimers());

const message = (n: number): FeedMessage => ({ event: 'e', id: `${n}-0`, data: `{"n":${n}}` });

/** A source that counts what is asked of it, and ends or waits as it is told. */
function source(script: (FeedMessage[] | 'wait' | 'fail')[]) {
  const facts = { pulls: 0, closes: 0, finished: 0 };
  const gone = new AbortController();
  const stopping = new AbortController();
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
  const close = () => {
    facts.closes++;
    gone.abort();
  };
  const options = { stopping: stopping.signal, random: () => 0.5 };
  return { facts, stopping, stream: sseStream(messages(), close, options) };
}

async function readText(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { value, done } = await reader.read();
  return done ? null : new TextDecoder().decode(value);
}
/** Everything that is under way is given the chance to happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('sseFrame', () => {
  it('is id, event and data, each a line, and an empty line', () => {
    expect(sseFrame(message(7))).toBe('id: 7-0\nevent: e\ndata: {"n":7}\n\n');
  });

  it('has no id on messages of the dashboard, so that nobody resumes from one', () => {
    expect(sseFrame({ event: 'dashboard.hello', data: '{}' })).toBe(
      'event: dashboard.hello\ndata: {}\n\n',
    );
  });
});

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
    expect(await readText(reader)).toBeNull();
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
    expect(facts).toEqual({ pulls: 1, closes: 0, finished: 0 });
    await reader.cancel();
    await settle();
    expect(facts).toEqual({ pulls: 1, closes: 1, finished: 1 });
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

  it('says at a stop when to come back, spread over some seconds', async () => {
    const { stream, stopping, facts } = source([[message(1)]]);
    stopping.abort();
    const reader = stream.getReader();
    const chunks: string[] = [];
    for (let text = await readText(reader); text !== null; text = await readText(reader)) {
      chunks.push(text);
    }
    expect(chunks.at(-1)).toBe('retry: 6000\n: stopping\n\n');
    expect(facts.closes).toBe(1);
  });

  it('does not say so where the messages just ended', async () => {
    const { stream } = source([]);
    const reader = stream.getReader();
    await readText(reader);
    expect(await readText(reader)).toBeNull();
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

describe('SSE_HEADERS', () => {
  it('keep proxies and compression from holding messages back', () => {
    expect(SSE_HEADERS['content-type']).toMatch(/^text\/event-stream/);
    expect(SSE_HEADERS['cache-control']).toContain('no-transform');
    expect(SSE_HEADERS['x-accel-buffering']).toBe('no');
  });
});
