import type { FetchLikeInit } from 'eventsource-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import { LiveConnection, type LiveConnectionState, SILENCE_MS_MAX } from './live-connection';

/** A server of one client: each connection is written to, ended or refused by the test. */
function setUp({ after = null as string | null } = {}) {
  const asked: (string | undefined)[] = [];
  const states: LiveConnectionState[] = [];
  const messages: FeedMessage[] = [];
  const answers: ((response: Response | Error) => void)[] = [];
  const connection = new LiveConnection({
    url: '/events/stream',
    after,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    world: {
      fetch: (_url, init?: FetchLikeInit) => {
        asked.push(init?.headers?.['Last-Event-ID']);
        return new Promise((resolve, reject) => {
          answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        });
      },
      now: () => Date.now(),
      random: () => 0,
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    },
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const accept = async () => {
    let stream!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = controller;
      },
    });
    answers.shift()?.(new Response(body));
    await settle();
    return {
      write: async (text: string) => {
        stream.enqueue(new TextEncoder().encode(text));
        await settle();
      },
      end: async () => {
        stream.close();
        await settle();
      },
    };
  };
  const refuse = async (answer: Response | Error) => {
    answers.shift()?.(answer);
    await settle();
  };
  return { connection, asked, states, messages, accept, refuse };
}

describe('LiveConnection', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('hears events of every name, with their ids', async () => {
    const { connection, messages, states, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('event: dashboard.hello\ndata: {}\n\nid: 5-1\nevent: any.type\ndata: {}\n\n');
    expect(messages).toEqual([
      { event: 'dashboard.hello', data: '{}' },
      { event: 'any.type', id: '5-1', data: '{}' },
    ]);
    expect(states.at(-1)).toEqual({ status: 'live' });
  });

  it('begins after the id it was given, and after a drop goes on after the last it saw', async () => {
    const { connection, asked, states, accept } = setUp({ after: '4-0' });
    connection.open();
    const feed = await accept();
    await feed.write('id: 9-0\nevent: x\ndata: {}\n\n');
    await feed.end();
    expect(states.at(-1)).toMatchObject({ status: 'waiting' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual(['4-0', '9-0']);
  });

  it('begins anew after the stream was recreated', async () => {
    const { connection, asked, accept } = setUp({ after: '4-0' });
    connection.open();
    const feed = await accept();
    await feed.write('event: dashboard.reset\ndata: {"stream":"s"}\n\n');
    await feed.end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual(['4-0', '0-0']);
  });

  it('waits longer after each failure, and says until when', async () => {
    const { connection, states, refuse } = setUp();
    connection.open();
    const waits: number[] = [];
    for (let failure = 0; failure < 4; failure++) {
      await refuse(new TypeError('network'));
      const state = states.at(-1);
      if (state?.status !== 'waiting') throw new Error(`is ${state?.status}`);
      waits.push(state.retryAtMs - Date.now());
      await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
    }
    expect(waits).toEqual([2000, 2000, 2000, 4000]);
  });

  it('gives up on an answer that will not change, in the server’s words', async () => {
    const { connection, asked, states, refuse } = setUp();
    connection.open();
    await refuse(new Response('{"detail":"Not an entry id."}', { status: 400 }));
    expect(states.at(-1)).toEqual({ status: 'refused', reason: 'Not an entry id.' });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toHaveLength(1);
  });

  it('asks again when the server is only busy', async () => {
    const { connection, asked, states, refuse } = setUp();
    connection.open();
    await refuse(new Response('', { status: 503 }));
    expect(states.at(-1)).toMatchObject({ reason: 'The dashboard answered with 503.' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toHaveLength(2);
  });

  it('takes a silent connection for a dead one, but not a quiet one that comments', async () => {
    const { connection, asked, states, accept } = setUp();
    connection.open();
    const feed = await accept();
    for (let quiet = 0; quiet < 4; quiet++) {
      await vi.advanceTimersByTimeAsync(15_000);
      await feed.write(':\n\n');
    }
    expect(states.at(-1)).toEqual({ status: 'live' });
    await vi.advanceTimersByTimeAsync(SILENCE_MS_MAX + 3000);
    expect(asked).toHaveLength(2);
  });

  it('lets go while asleep and goes on by id when opened again', async () => {
    const { connection, asked, states, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('id: 7-0\nevent: x\ndata: {}\n\n');
    connection.sleep();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(states.at(-1)).toEqual({ status: 'asleep' });
    connection.open();
    expect(asked).toEqual([undefined, '7-0']);
  });

  it('tells nothing once closed', async () => {
    const { connection, states, accept } = setUp();
    connection.open();
    await accept();
    const told = states.length;
    connection.close();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(states).toHaveLength(told);
  });
});
