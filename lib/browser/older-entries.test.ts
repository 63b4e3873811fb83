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
