import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntryIds, ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import type { FeedMessage } from '@/lib/model/feed-message';
import type { OlderPlaces } from '@/lib/model/older-merge';
import { type TailEntryRow, toTailRow } from '@/lib/model/tail-row';
import { DrawPace } from './draw-pace';
import type { LookBackProgress } from './live-look-back';
import { LiveTailStore, type TailView } from './live-tail-store';

const entry = (n: number, event = 'x.y'): FeedMessage => ({ event, id: `${n}-0`, data: '{}' });
const own = (event: string, data: object): FeedMessage => ({ event, data: JSON.stringify(data) });

interface Start {
  streams?: string[];
  /** Which stream an entry is of, by its number. */
  streamOf?: (n: number) => string;
  rowsMax?: number;
  pace?: DrawPace;
  history?: FeedMessage[];
  older?: EntryId | null;
}

/** A reading of older entries that waits for the test's answer. */
interface Asked {
  from: ReadonlyMap<string, EntryId>;
  /** Hands over and ends as `places` says, of several streams. */
  answer: (rows: TailEntryRow[], places: OlderPlaces) => Promise<void>;
  before: EntryId | undefined;
  sink: {
    signal: AbortSignal;
    onRows: (rows: TailEntryRow[], reached: EntryId | null) => void;
    onProgress: (progress: LookBackProgress) => void;
  };
  end: (next: EntryId | null) => Promise<void>;
  fail: (error: Error) => Promise<void>;
}

const STREAM = 's';
const placed = (id: EntryId | null): OlderPlaces => new Map([[STREAM, id]]);

const rowsOf = (messages: FeedMessage[], streamOf: (n: number) => string = () => STREAM) =>
  messages.flatMap((message) => {
    const row = toTailRow(message, streamOf(Number.parseInt(message.id ?? '', 10)));
    return row?.kind === 'entry' ? row : [];
  });

/** What was promised is known to all who wait for it. */
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

function setUp(start: Start = {}) {
  const { streams = [STREAM], streamOf, rowsMax = 5, pace, history = [], older = null } = start;
  const frames: (() => void)[] = [];
  const asked: Asked[] = [];
  const store = new LiveTailStore({
    streams,
    history: rowsOf(history, streamOf),
    older: new Map(streams.map((stream) => [stream, older])),
    readOlder: (from, { signal, onRows, onProgress }) =>
      new Promise((resolve, reject) => {
        const before = from.get(STREAM);
        const sink: Asked['sink'] = {
          signal,
          onRows: (rows, reached) => onRows(rows, placed(reached ?? before ?? null)),
          onProgress,
        };
        const end = (next: EntryId | null) => {
          resolve({ places: placed(next), leftOut: [] });
          return settled();
        };
        const fail = (error: Error) => {
          reject(error);
          return settled();
        };
        const answer = (rows: TailEntryRow[], places: OlderPlaces) => {
          onRows(rows, places);
          resolve({ places, leftOut: [] });
          return settled();
        };
        asked.push({ from, answer, before, sink, end, fail });
      }),
    onNextFrame: (run) => frames.push(run),
    ...(pace && { pace }),
    rowsMax,
  });
  const draw = () => {
    for (const run of frames.splice(0)) run();
  };
  return { store, frames, draw, asked };
}

function shownIds(view: TailView): string[] {
  return Array.from({ length: view.rows.size }, (_, place) => {
    const row = view.rows.at(place);
    return row?.kind === 'entry' ? row.id : `(${row?.kind})`;
  });
}

describe('LiveTailStore', () => {
  it('takes in a burst once a frame', () => {
    const { store, frames, draw } = setUp();
    let told = 0;
    store.subscribe(() => told++);
    for (let n = 1; n <= 4; n++) store.receive(entry(n));
    expect(frames).toHaveLength(1);
    expect(store.view().rows.size).toBe(0);
    draw();
    expect(told).toBe(1);
    expect(shownIds(store.view())).toEqual(['1-0', '2-0', '3-0', '4-0']);
  });

  it('shows a view as it was told, though more was taken in since', () => {
    let mayDraw = true;
    const world = { now: () => 0, afterFrame: () => {} };
    class Pace extends DrawPace {
      override mayDraw = () => mayDraw;
    }
    const { store, frames, draw } = setUp({ pace: new Pace(world) });
    for (let n = 1; n <= 5; n++) store.receive(entry(n));
    draw();
    mayDraw = false;
    store.receive(entry(6));
    draw();
    expect(store.view().ledger.received).toBe(5);
    expect(store.view().rows.at(0)).toBeUndefined();
    expect(shownIds(store.view()).slice(1)).toEqual(['2-0', '3-0', '4-0', '5-0']);
    mayDraw = true;
    expect(frames).toHaveLength(1);
    draw();
    expect(store.view().ledger.received).toBe(6);
    expect(shownIds(store.view())).toEqual(['2-0', '3-0', '4-0', '5-0', '6-0']);
    expect(frames).toHaveLength(0);
  });

  it('does not keep a reader waiting while it rests', () => {
    class Pace extends DrawPace {
      override mayDraw = () => false;
    }
    const { store, draw } = setUp({ pace: new Pace({ now: () => 0, afterFrame: () => {} }) });
    store.receive(entry(1));
    draw();
    expect(store.view().rows.size).toBe(0);
    store.pause();
    expect(store.view().mode).toBe('paused');
    expect(shownIds(store.view())).toEqual(['1-0']);
  });

  it('draws nothing while it is held, and then what came', () => {
    const { store, draw } = setUp();
    store.holdStill(true);
    store.receive(entry(1));
    draw();
    store.receive(entry(2));
    draw();
    expect(store.view().rows.size).toBe(0);
    store.holdStill(false);
    draw();
    expect(shownIds(store.view())).toEqual(['1-0', '2-0']);
  });

  it('begins with history and goes on after it', () => {
    const { store, draw } = setUp({ history: [entry(1), entry(2)] });
    store.receive(entry(3));
    draw();
    expect(shownIds(store.view())).toEqual(['1-0', '2-0', '3-0']);
    expect(store.view().ledger).toMatchObject({ fromBefore: 2, received: 1, shown: 3 });
  });

  it('shows a gap once that is told again after a reconnect', () => {
    const { store, draw } = setUp({ rowsMax: 9 });
    const gap = (after: string) => own('dashboard.gap', { after, before: '5-0', lost: null });
    store.receive(gap('1-0'));
    store.receive(own('dashboard.status', { redis: 'up', since: 's' }));
    store.receive(gap('4-0'));
    store.receive(entry(5));
    store.receive(own('dashboard.reset', { stream: 's' }));
    store.receive(gap('4-0'));
    draw();
    expect(shownIds(store.view())).toEqual(['(gap)', '5-0', '(reset)', '(gap)']);
  });

  it('lets the oldest rows go and counts them', () => {
    const { store, draw } = setUp();
    for (let n = 1; n <= 8; n++) store.receive(entry(n));
    draw();
    expect(shownIds(store.view())).toEqual(['4-0', '5-0', '6-0', '7-0', '8-0']);
    expect(store.view().ledger).toMatchObject({ received: 8, shown: 5, letGo: 3 });
  });

  it('holds still while paused and counts what waits', () => {
    const { store, draw } = setUp();
    store.receive(entry(1));
    store.pause();
    for (let n = 2; n <= 4; n++) store.receive(entry(n));
    draw();
    expect(shownIds(store.view())).toEqual(['1-0']);
    expect(store.view()).toMatchObject({ mode: 'paused', ledger: { waiting: 3 } });
    store.follow();
    expect(shownIds(store.view())).toEqual(['1-0', '2-0', '3-0', '4-0']);
    expect(store.view()).toMatchObject({ mode: 'following', ledger: { waiting: 0, shown: 4 } });
  });

  it('says in its place what it let go while paused', () => {
    const { store, draw } = setUp({ rowsMax: 3 });
    store.receive(entry(1));
    store.pause();
    for (let n = 2; n <= 7; n++) store.receive(entry(n));
    draw();
    store.follow();
    expect(shownIds(store.view())).toEqual(['5-0', '6-0', '7-0']);
    expect(store.view().ledger).toMatchObject({ received: 7, shown: 3, letGo: 4 });
  });

  it('keeps a reader’s place: resumes below, and waits again rather than take it away', () => {
    const { store, draw } = setUp({ rowsMax: 4 });
    for (let n = 1; n <= 3; n++) store.receive(entry(n));
    draw();
    store.pause();
    for (let n = 4; n <= 6; n++) store.receive(entry(n));
    draw();
    store.resumeHere(1);
    expect(shownIds(store.view())).toEqual(['2-0', '3-0', '4-0', '5-0']);
    expect(store.view()).toMatchObject({ mode: 'paused', ledger: { waiting: 1, shown: 4 } });
  });

  it('shows Redis leaving and coming back once each', () => {
    const { store, draw } = setUp();
    const status = (redis: string) => own('dashboard.status', { redis, since: 't' });
    for (const redis of ['up', 'down', 'down']) store.receive(status(redis));
    draw();
    const trouble = { stream: STREAM, redis: 'down', code: null, since: 't' };
    expect(store.view().troubles).toEqual([trouble]);
    store.receive(status('up'));
    draw();
    expect(store.view().troubles).toEqual([]);
    expect(shownIds(store.view())).toEqual(['(redis)', '(redis)']);
  });

  it('shows a gap and a reset in their place', () => {
    const { store, draw } = setUp();
    store.receive(entry(1));
    store.receive(own('dashboard.gap', { after: '1-0', before: '9-0', lost: null }));
    store.receive(own('dashboard.reset', { stream: 's' }));
    store.receive(entry(1));
    draw();
    expect(shownIds(store.view())).toEqual(['1-0', '(gap)', '(reset)', '1-0']);
  });

  it('counts what the filter left out and what was trimmed unsent', () => {
    const { store, draw } = setUp();
    const ledger = () => {
      draw();
      return store.view().ledger;
    };
    store.setConnection({ status: 'live' });
    store.receive(own('dashboard.counts', { id: '4-0', filtered: 3 }));
    store.receive(own('dashboard.counts', { id: '9-0', filtered: 2 }));
    store.receive(own('dashboard.gap', { after: '9-0', before: '20-0', lost: 7 }));
    expect(ledger().filtered).toEqual({ count: 5, isAtLeast: false });
    expect(ledger().skipped).toEqual({ count: 7, isAtLeast: false });
    expect(store.view().positions.get(STREAM)).toBe('19-18446744073709551615');
    store.setConnection({ status: 'asleep' });
    store.receive(own('dashboard.gap', { after: '21-0', before: '30-0', lost: null }));
    expect(ledger().filtered).toEqual({ count: 5, isAtLeast: true });
    expect(ledger().skipped).toEqual({ count: 7, isAtLeast: true });
  });
});

describe('looking back', () => {
  const history = [entry(5), entry(6)];

  it('reads on from where the page began, above rows that keep their numbers', async () => {
    const { store, draw, asked } = setUp({ rowsMax: 9, history, older: '4-9' });
    store.lookBack();
    expect(store.view().mode).toBe('paused');
    expect(asked.map(({ before }) => before)).toEqual(['4-9']);
    asked[0]?.sink.onRows(rowsOf([entry(4), entry(3)]), '3-0');
    store.receive(entry(7));
    draw();
    expect(shownIds(store.view())).toEqual(['3-0', '4-0', '5-0', '6-0']);
    expect(store.view().rows.firstNumber).toBe(-2);
    expect(store.view()).toMatchObject({
      older: { status: 'reading' },
      ledger: { fromBefore: 4, waiting: 1 },
    });
    await asked[0]?.end('3-0');
    store.lookBack();
    expect(asked[1]?.before).toBe('3-0');
    asked[1]?.sink.onRows(rowsOf([entry(1)]), null);
    await asked[1]?.end(null);
    draw();
    expect(store.view().older).toMatchObject({ status: 'first', letGo: 0 });
    store.lookBack();
    expect(asked).toHaveLength(2);
    store.follow();
    expect(shownIds(store.view())).toEqual(['1-0', '3-0', '4-0', '5-0', '6-0', '7-0']);
  });

  it('is one reading at a time, says what failed, and goes on from where it got to', async () => {
    const { store, draw, asked } = setUp({ history, older: '5-0' });
    store.lookBack();
    store.lookBack();
    expect(asked).toHaveLength(1);
    asked[0]?.sink.onRows([], '2-0');
    await asked[0]?.fail(new Error('Redis is away.'));
    draw();
    expect(store.view().older).toMatchObject({ status: 'failed', problem: 'Redis is away.' });
    store.lookBack();
    expect(asked[1]?.before).toBe('2-0');
  });

  it('stops when asked, with how far it got, and hears no more of that reading', async () => {
    const { store, draw, asked } = setUp({ history, older: '5-0' });
    store.lookBack();
    asked[0]?.sink.onProgress({ scanned: 40, time: 't' });
    store.stopLookingBack();
    expect(asked[0]?.sink.signal.aborted).toBe(true);
    asked[0]?.sink.onRows(rowsOf([entry(4)]), '4-0');
    await asked[0]?.end(null);
    draw();
    expect(store.view().older).toMatchObject({
      status: 'stopped',
      progress: { scanned: 40, time: 't' },
    });
    expect(shownIds(store.view())).toEqual(['5-0', '6-0']);
  });

  it('is let go by whoever follows again', () => {
    const { store, draw, asked } = setUp({ history, older: '5-0' });
    store.lookBack();
    store.follow();
    draw();
    expect(asked[0]?.sink.signal.aborted).toBe(true);
    expect(store.view()).toMatchObject({ mode: 'following', older: { status: 'more' } });
  });

  it('opens again what was let go, from the first row on, and counts it once', async () => {
    const { store, draw, asked } = setUp({ rowsMax: 3 });
    for (let n = 1; n <= 7; n++) store.receive(entry(n));
    draw();
    expect(store.view().older).toMatchObject({ status: 'more', letGo: 4 });
    store.lookBack();
    expect(asked[0]?.before).toBe('5-0');
    asked[0]?.sink.onRows(rowsOf([entry(4), entry(3)]), '3-0');
    draw();
    expect(shownIds(store.view())).toEqual(['3-0', '4-0', '5-0']);
    expect(store.view()).toMatchObject({
      isCutBelow: true,
      older: { letGo: 2 },
      ledger: { received: 7, fromBefore: 0, shown: 3, waiting: 2, letGo: 2 },
    });
    await asked[0]?.end('3-0');
    store.resumeHere(store.view().rows.firstNumber + 1);
    expect(shownIds(store.view())).toEqual(['4-0', '5-0', '6-0']);
    expect(store.view()).toMatchObject({ mode: 'paused', ledger: { waiting: 1 } });
  });

  it('counts a hole that comes to stand first as let go above, and reads it back once', () => {
    const { store, draw, asked } = setUp({ rowsMax: 4 });
    for (let n = 1; n <= 4; n++) store.receive(entry(n));
    draw();
    store.pause();
    for (let n = 5; n <= 9; n++) store.receive(entry(n));
    draw();
    store.resumeHere(2);
    expect(shownIds(store.view())).toEqual(['3-0', '4-0', '(let_go)', '6-0']);
    store.resumeHere(4);
    expect(shownIds(store.view())).toEqual(['6-0', '7-0', '8-0', '9-0']);
    expect(store.view()).toMatchObject({ older: { letGo: 5 }, ledger: { shown: 4, letGo: 5 } });
    store.lookBack();
    expect(asked[0]?.before).toBe('6-0');
    asked[0]?.sink.onRows(rowsOf([entry(5), entry(4)]), '4-0');
    draw();
    expect(shownIds(store.view())).toEqual(['4-0', '5-0', '6-0', '7-0']);
    expect(store.view()).toMatchObject({ older: { letGo: 3 }, ledger: { waiting: 2, letGo: 3 } });
  });

  it('reads nothing before a reset: those ids are of another stream', () => {
    const { store, draw, asked } = setUp({ history, older: '5-0' });
    store.lookBack();
    store.receive(own('dashboard.reset', { stream: 's' }));
    store.receive(entry(1));
    draw();
    expect(store.view().older).toMatchObject({ status: 'gone', letGo: 0 });
    expect(asked[0]?.sink.signal.aborted).toBe(true);
    store.follow();
    store.lookBack();
    expect(asked).toHaveLength(1);
    for (let n = 2; n <= 6; n++) store.receive(entry(n));
    draw();
    store.follow();
    // What was before it is let go: the first row is of the stream that is there.
    expect(shownIds(store.view())).toEqual(['2-0', '3-0', '4-0', '5-0', '6-0']);
    expect(store.view().older).toMatchObject({ status: 'more', letGo: 3 });
  });
});

describe.each([
  { of: 'one stream', streams: [STREAM] },
  { of: 'several streams', streams: ['a', 'b', 'c'] },
])('the ledger of $of', ({ streams }) => {
  const streamOf = (n: number) => streams[((n * 7) ^ (n >> 2)) % streams.length] ?? '';
  /** As the feed sends it, which names the streams where they are several. */
  const sent = (n: number): FeedMessage => {
    if (streams.length === 1) return entry(n);
    const data = JSON.stringify({ stream: streamOf(n), id: `${n}-0`, data: {} });
    return { event: 'x.y', id: 'cursor', data };
  };

  it('accounts for every entry, and leaves none out unsaid, whatever the reader does', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('entry' as const) },
      { weight: 2, arbitrary: fc.constantFrom('back', 'answer' as const) },
      fc.constantFrom('notice', 'draw', 'pause', 'follow', 'stop' as const),
      // A reader goes on at any of the rows.
      fc.record({ resumeAt: fc.nat(3) }),
    );
    /** What the tail began with; Redis holds the entries before them as well. */
    const [first, second] = [21, 22];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        const history = [entry(first), entry(second)];
        const before = `${first}-0`;
        const { store, draw, asked } = setUp({
          rowsMax: 4,
          history,
          older: before,
          streams,
          streamOf,
        });
        let n = second;
        let isDown = false;
        const check = () => {
          const { ledger, rows, older } = store.view();
          const shown = Array.from({ length: rows.size }, (_, place) => rows.at(place));
          expect(rows.size).toBeLessThanOrEqual(4);
          expect(ledger.shown).toBe(shown.filter((row) => row?.kind === 'entry').length);
          expect(ledger.fromBefore + ledger.received).toBe(
            ledger.shown + ledger.waiting + ledger.letGo,
          );
          let next: number | null = null;
          for (const row of shown) {
            if (row?.kind === 'let_go') {
              // Without an entry before it, it would be read back as what was let go above.
              expect(next).not.toBeNull();
              next = (next ?? 0) + row.count;
            }
            if (row?.kind !== 'entry') continue;
            const id = Number.parseInt(row.id, 10);
            // Between two rows nothing is missing but what is said to be.
            if (next !== null) expect(id).toBe(next);
            else {
              expect(older.letGo).toBe(id - (first - (ledger.fromBefore - 2)));
              if (older.status === 'first') expect(id).toBe(1);
            }
            next = id + 1;
          }
        };
        for (const what of steps) {
          if (what === 'entry') store.receive(sent(++n));
          else if (what === 'notice') {
            isDown = !isDown;
            store.receive(own('dashboard.status', { redis: isDown ? 'down' : 'up', since: 't' }));
          } else if (what === 'draw') draw();
          else if (what === 'pause') store.pause();
          else if (what === 'follow') store.follow();
          else if (typeof what === 'object') {
            const { firstNumber, size } = store.view().rows;
            store.resumeHere(firstNumber + Math.min(what.resumeAt, size - 1));
          } else if (what === 'back') store.lookBack();
          else if (what === 'stop') store.stopLookingBack();
          else {
            const from = new Map(asked.at(-1)?.from);
            const isOlder = (n: number) =>
              compareEntryIds(`${n}-0`, from.get(streamOf(n)) ?? ENTRY_ID_ZERO) < 0;
            const left = Array.from({ length: n }, (_, at) => n - at).filter(isOlder);
            const page = left.splice(0, 3);
            const places = [...from.keys()].map((stream): [string, EntryId | null] => {
              const next = left.find((n) => streamOf(n) === stream);
              return [stream, next === undefined ? null : `${next + 1}-0`];
            });
            const rows = rowsOf(
              page.map((n) => entry(n)),
              streamOf,
            );
            await asked.at(-1)?.answer(rows, new Map(places));
            // Each is answered once.
            asked.length = 0;
          }
          draw();
          check();
        }
        store.follow();
        draw();
        const { ledger, older, rows } = store.view();
        const told = Array.from({ length: rows.size }, (_, place) => rows.at(place)).reduce(
          (sum, row) => sum + (row?.kind === 'let_go' ? row.count : 0),
          0,
        );
        expect(ledger).toMatchObject({ received: n - second, waiting: 0 });
        expect(ledger.letGo).toBe(older.letGo + told);
      }),
      { numRuns: 300 },
    );
  });
});
