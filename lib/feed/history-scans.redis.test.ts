import { describe, expect, it } from 'vitest';
import { parseHistoryRange, parseHistorySearch, type SearchLine } from '@/lib/model/history-search';
import { ownRedis } from '@/lib/testing/own-redis';
import type { DownloadItem } from './history-download';
import { HistoryScans } from './history-scans';

const redis = ownRedis();
let streams = 0;
const newStream = () => `scan:${++streams}`;

function scans() {
  const gone = new AbortController();
  const stopping = new AbortController();
  const client = (user: string | null) => ({ user, gone: gone.signal });
  const all = new HistoryScans(redis.connect(), stopping.signal, { max: 12, perUserMax: 5 });
  return {
    gone,
    stopping,
    take: (user: string) => all.take(user),
    search: (stream: string, query: Record<string, string>) =>
      all.search(stream, parseHistorySearch(new URLSearchParams(query)), client(null)),
    download: (stream: string, query: Record<string, string> = {}) =>
      all.download(stream, parseHistoryRange(new URLSearchParams(query)), client(null)),
  };
}

/** Adds entries `n=0…`; every tenth has `hit=1`. */
async function fill(stream: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    ids.push(
      String(
        await redis.command('XADD', stream, `${n + 1}-0`, 'n', n, 'hit', n % 10 === 0 ? 1 : 0),
      ),
    );
  }
  return ids;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const found = (lines: SearchLine[]) =>
  lines.flatMap((line) => (line.kind === 'entry' ? [line.entry.id] : []));
const idsOf = (items: DownloadItem[]) =>
  items.flatMap((item) => ('entry' in item ? [item.entry.id] : []));

async function reads(): Promise<number> {
  const info = String(await redis.command('INFO', 'commandstats'));
  const calls = (name: string) =>
    Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
  return calls('xrange') + calls('xrevrange');
}

describe('a search back', () => {
  it('finds what matches, newest first, and counts all it looked through', async () => {
    const stream = newStream();
    const ids = await fill(stream, 1_000);
    const { items, close } = await scans().search(stream, { filter: 'hit=1', limit: '1000' });
    const lines = await all(items);
    close();
    expect(lines[0]).toEqual({ kind: 'begin', stream, total: 1_000 });
    expect(found(lines)).toEqual(ids.filter((_, n) => n % 10 === 0).reverse());
    expect(lines.at(-1)).toEqual({
      ...{ kind: 'end', next: null, scanned: 1_000, found: 100 },
      ...{ at: '1-0', time: '1970-01-01T00:00:00.001Z' },
    });
    const counts = lines.flatMap((line) => (line.kind === 'progress' ? [line.scanned] : []));
    expect(counts.length).toBeGreaterThan(2);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  it('ends when it has enough, and goes on from there without gap or repeat', async () => {
    const stream = newStream();
    const ids = await fill(stream, 400);
    const hits = ids.filter((_, n) => n % 10 === 0).reverse();
    const one = scans();
    const got: string[] = [];
    let before: string | null = null;
    do {
      const query: Record<string, string> = { filter: 'hit=1', limit: '7' };
      const { items, close } = await one.search(
        stream,
        before === null ? query : { ...query, before },
      );
      const lines = await all(items);
      close();
      got.push(...found(lines));
      const last = lines.at(-1);
      before = last?.kind === 'end' ? last.next : null;
    } while (before !== null);
    expect(got).toEqual(hits);
  });

  it('keeps to its times, both included', async () => {
    const stream = newStream();
    await fill(stream, 50);
    const { items } = await scans().search(stream, { from: '10', to: '12' });
    const lines = await all(items);
    expect(found(lines)).toEqual(['12-0', '11-0', '10-0']);
    expect(lines[0]).toMatchObject({ total: null });
  });

  it('reads entries too large for a page whole, one at a time', async () => {
    const stream = newStream();
    const large = `${'x'.repeat(200_000)} needle`;
    await redis.command('XADD', stream, '1-0', 'text', large);
    await redis.command('XADD', stream, '2-0', 'text', 'x'.repeat(200_000));
    const { items } = await scans().search(stream, { filter: 'needle' });
    expect(found(await all(items))).toEqual(['1-0']);
  });

  it('asks Redis for nothing more once its client is gone', async () => {
    const stream = newStream();
    await fill(stream, 600);
    const one = scans();
    const { items } = await one.search(stream, { filter: 'absent' });
    for await (const line of items) if (line.kind === 'progress') break;
    const before = await reads();
    one.gone.abort();
    expect(await all(items)).toEqual([]);
    expect(await reads()).toBe(before);
  });

  it('that Redis fails tells so in its last line, with where to go on', async () => {
    const stream = newStream();
    await fill(stream, 600);
    const { items } = await scans().search(stream, { filter: 'absent' });
    const lines: SearchLine[] = [];
    for await (const line of items) {
      lines.push(line);
      if (lines.length === 2) {
        await redis.command('DEL', stream);
        await redis.command('SET', stream, 'no stream');
      }
    }
    const reached = lines.findLast((line) => line.kind === 'progress');
    expect(lines.at(-1)).toMatchObject({ kind: 'error', code: 'wrong_type', next: reached?.at });
  });
});

describe('a download', () => {
  it('holds what matches in order, and ends at what was the last entry when it began', async () => {
    const stream = newStream();
    const ids = await fill(stream, 500);
    const { items, close } = await scans().download(stream, { filter: 'hit=1' });
    const got: DownloadItem[] = [];
    for await (const item of items) {
      got.push(item);
      await redis.command('XADD', stream, '*', 'hit', 1);
    }
    close();
    expect(idsOf(got)).toEqual(ids.filter((_, n) => n % 10 === 0));
  });

  it('keeps to its times', async () => {
    const stream = newStream();
    await fill(stream, 50);
    const download = await scans().download(stream, { from: '10', to: '12' });
    expect(download).toMatchObject({ fromMs: 10, toMs: 12 });
    expect(idsOf(await all(download.items))).toEqual(['10-0', '11-0', '12-0']);
  });

  it('tells of a trim that overtakes it, and how many went', async () => {
    const stream = newStream();
    await fill(stream, 500);
    const { items } = await scans().download(stream);
    const got: DownloadItem[] = [];
    for await (const item of items) {
      got.push(item);
      if (got.length === 1) await redis.command('XTRIM', stream, 'MAXLEN', 100);
    }
    const gap = got.find((item) => 'gap' in item);
    const ids = idsOf(got);
    const at = got.findIndex((item) => 'gap' in item);
    expect(gap).toEqual({ gap: { after: ids[at - 1], before: '401-0', lost: 400 - at } });
    expect(ids.slice(at)[0]).toBe('401-0');
    expect(ids.at(-1)).toBe('500-0');
  });

  it('of a stream that is made anew meanwhile says so and ends', async () => {
    const stream = newStream();
    await fill(stream, 500);
    const { items } = await scans().download(stream);
    const got: DownloadItem[] = [];
    for await (const item of items) {
      got.push(item);
      if (got.length === 1) {
        await redis.command('DEL', stream);
        await redis.command('XADD', stream, '1-0', 'n', 'other');
      }
    }
    expect(got.at(-1)).toEqual({ reset: { stream } });
    expect(idsOf(got).length).toBeLessThan(500);
  });

  it('throws where Redis fails, or the process stops: a part is never taken for the whole', async () => {
    const stream = newStream();
    await fill(stream, 500);
    const one = scans();
    const failing = await one.download(stream);
    await failing.items.next();
    await redis.command('DEL', stream);
    await redis.command('SET', stream, 'no stream');
    await expect(all(failing.items)).rejects.toMatchObject({ code: 'wrong_type' });

    const other = newStream();
    await fill(other, 500);
    const stopped = await one.download(other);
    await stopped.items.next();
    one.stopping.abort();
    await expect(all(stopped.items)).rejects.toMatchObject({ code: 'stopping' });
  });
});

describe('several at once', () => {
  it('are limited, and one that is closed makes room', async () => {
    const stream = newStream();
    await fill(stream, 5);
    const one = scans();
    const open = await Promise.all(Array.from({ length: 12 }, () => one.search(stream, {})));
    await expect(one.download(stream)).rejects.toMatchObject({ code: 'scan_limit' });
    open[0]?.close();
    open[0]?.close();
    const again = await one.download(stream);
    await expect(one.search(stream, {})).rejects.toMatchObject({ code: 'scan_limit' });
    again.close();
  });

  it('of one user are limited apart', async () => {
    const one = scans();
    const places = Array.from({ length: 5 }, () => one.take('ann'));
    expect(() => one.take('ann')).toThrow(expect.objectContaining({ code: 'user_limit' }));
    one.take('bob');
    places[0]?.();
    places[0]?.();
    one.take('ann');
    expect(() => one.take('ann')).toThrow(expect.objectContaining({ code: 'user_limit' }));
  });

  it('of a stream that is not there are refused', async () => {
    await expect(scans().search('scan:none', {})).rejects.toMatchObject({
      code: 'stream_not_found',
    });
  });
});
