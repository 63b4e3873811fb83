import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SearchLine } from '@/lib/model/history-search';
import { LiveLookBack } from './live-look-back';
import { olderEntries } from './older-entries';

const entry = (id: string): SearchLine => ({ kind: 'entry', entry: { id, fields: [] } });
const progress = (at: string): SearchLine => ({
  kind: 'progress',
  ...{ scanned: 500, found: 0, at, time: 't' },
});

/** A search whose answers break off, each after lines that came together. */
function setUp(answers: SearchLine[][]) {
  const asked: (string | null)[] = [];
  const rows: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url, 'http://dashboard').searchParams.get('before'));
    return new Response(
      answers
        .shift()
        ?.map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
  });
  const back = new LiveLookBack({
    read: olderEntries('type:x'),
    streams: ['s'],
    from: new Map(),
    onRows: (older) => rows.push(...older.map(({ id }) => id)),
    onState: () => {},
  });
  return { back, asked, rows };
}

describe('a search for older entries that breaks off', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('goes on from an entry that followed the progress it came with', async () => {
    const { back, asked, rows } = setUp([[progress('8-0'), entry('7-0')], [entry('6-0')]]);
    await back.read(['s'], new Map([['s', '9-0']]));
    expect(back.state.status).toBe('failed');
    await back.read(['s'], new Map([['s', '9-0']]));
    expect(asked).toEqual(['9-0', '7-0']);
    expect(rows).toEqual(['7-0', '6-0']);
  });

  it('goes on from the progress that followed an entry, and from the start where none came', async () => {
    const { back, asked, rows } = setUp([
      [{ kind: 'begin', stream: 's', total: null }],
      [entry('8-0'), progress('5-0')],
      [],
    ]);
    for (let time = 0; time < 3; time++) await back.read(['s'], new Map([['s', '9-0']]));
    expect(asked).toEqual(['9-0', '9-0', '5-0']);
    expect(rows).toEqual(['8-0']);
  });
});

describe('older entries of several streams', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** Answers by stream; what is no list of lines is a refusal. */
  function answer(by: Record<string, SearchLine[] | { code: string; status: number }>) {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      const { pathname, searchParams } = new URL(url, 'http://dashboard');
      const stream = pathname.split('/')[3] ?? '';
      asked.push(`${stream} ${searchParams.get('before')}`);
      const lines = by[stream] ?? [];
      if (Array.isArray(lines))
        return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      return Response.json({ ...lines, detail: 'No such luck.' }, { status: lines.status });
    });
    return asked;
  }
  const end = (next: string | null, scanned: number): SearchLine => ({
    kind: 'end',
    ...{ next, scanned, found: 1, at: next, time: null },
  });

  function setUp(streams: string[]) {
    const rows: string[] = [];
    const scanned: number[] = [];
    const read = olderEntries('type:x');
    const back = new LiveLookBack({
      read: (from, sink) =>
        read(from, {
          ...sink,
          onProgress: (progress) => {
            scanned.push(progress.scanned);
            sink.onProgress(progress);
          },
        }),
      ...{ streams, from: new Map(), onState: () => {} },
      onRows: (older) => rows.push(...older.map(({ stream, id }) => `${stream} ${id}`)),
    });
    const before = new Map(streams.map((stream) => [stream, '50-0']));
    return { rows, scanned, back, go: () => back.read(streams, before) };
  }

  it('come by id over all of them, searched no further back than the others', async () => {
    const { rows, scanned, back, go } = setUp(['a', 'b']);
    const first = answer({
      a: [entry('40-0'), entry('20-0'), end('20-0', 300)],
      b: [entry('30-0'), end('30-0', 100)],
    });
    await go();
    expect(first.toSorted()).toEqual(['a 50-0', 'b 50-0']);
    expect(rows).toEqual(['a 40-0', 'b 30-0']);
    expect(scanned.at(-1)).toBe(400);
    expect(back.state).toEqual({ status: 'more' });
    // What of a was found further back is at hand: b alone is asked.
    const second = answer({ b: [entry('25-0'), entry('5-0'), end(null, 7)] });
    await go();
    expect(second).toEqual(['b 30-0']);
    expect(rows).toEqual(['a 40-0', 'b 30-0', 'b 25-0', 'a 20-0']);
    const third = answer({ a: [entry('1-0'), end(null, 9)] });
    await go();
    expect(third).toEqual(['a 20-0']);
    expect(rows.slice(4)).toEqual(['b 5-0', 'a 1-0']);
    expect(back.state).toEqual({ status: 'first' });
  });

  it('come without a stream that is refused, which is named, until there are no others', async () => {
    const { rows, back, go } = setUp(['a', 'b', 'c', 'd']);
    const refused = { code: 'wrong_type', status: 409 };
    answer({
      a: [entry('40-0'), end('40-0', 1)],
      b: refused,
      c: [end(null, 0)],
      d: [end(null, 0)],
    });
    await go();
    expect(rows).toEqual(['a 40-0']);
    expect(back.state).toEqual({ status: 'more' });
    expect(back.leftOut).toEqual([{ stream: 'b', problem: 'No such luck.' }]);
    answer({ a: [end(null, 1)], b: refused });
    await go();
    expect(back.state).toEqual({ status: 'failed', problem: 'b: No such luck.' });
  });

  it('fail as one where the dashboard or Redis is away', async () => {
    const { back, go } = setUp(['a', 'b']);
    answer({ a: [end(null, 0)], b: { code: 'redis_unreachable', status: 503 } });
    await go();
    expect(back.state).toEqual({ status: 'failed', problem: 'No such luck.' });
  });
});
