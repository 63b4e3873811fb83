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

  it('goes on from where the first connection began, though it brought nothing', async () => {
    const { connection, asked, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('event: dashboard.hello\ndata: {"resumed_from":"5-3"}\n\nid: 5-3\n\n');
    await feed.end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual([undefined, '5-3']);
    expect(connection.lastId).toBe('5-3');
  });

  it('goes on from a position, which is told to nobody', async () => {
    const { connection, asked, messages, accept } = setUp({ after: '4-0' });
    connection.open();
    const feed = await accept();
    await feed.write('event: dashboard.position\ndata: {"id":"900-0"}\n\nid: 900-0\n\n');
    await feed.end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual(['4-0', '900-0']);
    expect(messages).toEqual([]);
  });

  it('is told of a gap once, though the connection breaks right behind it', async () => {
    const { connection, asked, accept } = setUp({ after: '4-0' });
    connection.open();
    const feed = await accept();
    await feed.write('event: dashboard.gap\ndata: {"after":"4-0","before":"7-2","lost":3}\n\n');
    await feed.end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual(['4-0', '7-1']);
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

  it('comes back when a stopping server asked it to, and says why it waits', async () => {
    const { connection, asked, states, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('retry: 7300\n: stopping\n\n');
    await feed.end();
    const retryAtMs = Date.now() + 7300;
    const reason = 'The dashboard is stopping.';
    expect(states.at(-1)).toEqual({ status: 'waiting', retryAtMs, reason });
    await vi.advanceTimersByTimeAsync(7299);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(2);
  });

  for (const status of [429, 503]) {
    it(`waits as long as ${status} asks, in its words, and no tab shown shortens that`, async () => {
      const { connection, asked, states, refuse } = setUp();
      connection.open();
      await refuse(
        new Response('{"detail":"50 live connections from your address are open already."}', {
          status,
          headers: { 'retry-after': '12' },
        }),
      );
      const waiting = {
        status: 'waiting',
        retryAtMs: Date.now() + 12_000,
        reason: '50 live connections from your address are open already.',
      };
      expect(states.at(-1)).toEqual(waiting);
      await vi.advanceTimersByTimeAsync(5000);
      connection.sleep();
      connection.open();
      expect(states.at(-1)).toEqual(waiting);
      await vi.advanceTimersByTimeAsync(6999);
      expect(asked).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(asked).toHaveLength(2);
    });
  }

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

  it('tries on through minutes of silence and goes on by id', async () => {
    const { connection, asked, states, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('id: 7-0\nevent: x\ndata: {}\n\n');
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    const silences = states.filter(
      (state) => state.status === 'waiting' && /^Nothing was heard for 4\d s\.$/.test(state.reason),
    );
    expect(silences.length).toBeGreaterThan(8);
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked.slice(1))).toEqual(new Set(['7-0']));
  });

  it('finds its connection dead soon after the computer slept', async () => {
    const { connection, asked, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('id: 7-0\nevent: x\ndata: {}\n\n');
    // The clock goes on, the timers do not.
    vi.setSystemTime(Date.now() + 20 * 60_000);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(asked).toEqual([undefined, '7-0']);
  });

  it('is replaced at once where a tab is shown again and nothing was heard for long', async () => {
    const { connection, asked, accept } = setUp();
    connection.open();
    const feed = await accept();
    await feed.write('id: 7-0\nevent: x\ndata: {}\n\n');
    connection.open();
    expect(asked).toHaveLength(1);
    vi.setSystemTime(Date.now() + 20 * 60_000);
    connection.open();
    expect(asked).toEqual([undefined, '7-0']);
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
