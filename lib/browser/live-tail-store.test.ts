import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import { toTailRow } from '@/lib/model/tail-row';
import { LiveTailStore, type TailView } from './live-tail-store';

const entry = (n: number, event = 'x.y'): FeedMessage => ({ event, id: `${n}-0`, data: '{}' });
const own = (event: string, data: object): FeedMessage => ({ event, data: JSON.stringify(data) });

function setUp({ rowsMax = 5, history = [] as FeedMessage[] } = {}) {
  const frames: (() => void)[] = [];
  const store = new LiveTailStore({
    history: history.flatMap((message) => toTailRow(message) ?? []),
    onNextFrame: (run) => frames.push(run),
    rowsMax,
  });
  const draw = () => {
    for (const run of frames.splice(0)) run();
  };
  return { store, frames, draw };
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

  it('begins with history and goes on after it', () => {
    const { store, draw } = setUp({ history: [entry(1), entry(2)] });
    store.receive(entry(3));
    draw();
    expect(shownIds(store.view())).toEqual(['1-0', '2-0', '3-0']);
    expect(store.view().ledger).toMatchObject({ fromHistory: 2, received: 1, shown: 3 });
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
    expect(store.view().trouble).toEqual({ redis: 'down', code: null, since: 't' });
    store.receive(status('up'));
    draw();
    expect(store.view().trouble).toBeNull();
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

  it('accounts for every entry, whatever the reader does', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('entry' as const) },
      fc.constantFrom('gap', 'draw', 'pause', 'follow', 'resume' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { store, draw } = setUp({ rowsMax: 4, history: [entry(1), entry(2)] });
        let n = 2;
        for (const what of steps) {
          if (what === 'entry') store.receive(entry(++n));
          else if (what === 'gap') store.receive(own('dashboard.reset', { stream: 's' }));
          else if (what === 'draw') draw();
          else if (what === 'pause') store.pause();
          else if (what === 'follow') store.follow();
          else store.resumeHere(store.view().rows.firstNumber);
        }
        draw();
        const { ledger, rows } = store.view();
        const inSight = shownIds(store.view()).filter((id) => !id.startsWith('('));
        expect(rows.size).toBeLessThanOrEqual(4);
        expect(ledger.shown).toBe(inSight.length);
        expect(ledger.fromHistory + ledger.received).toBe(n);
        expect(ledger.shown + ledger.waiting + ledger.letGo).toBe(n);
        expect(ledger.letGo).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
