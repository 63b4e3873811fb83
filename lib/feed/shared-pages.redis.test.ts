import { describe, expect, it, vi } from 'vitest';
import { parseFeedFilter } from '@/lib/model/feed-filter';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { EntryLog } from './entry-log';
import { sharedFilter } from './shared-batches';
import { SharedPages } from './shared-pages';

const redis = ownRedis();
let streams = 0;

async function pagesOf(entries: number, target = {}) {
  const stream = `pages:${++streams}`;
  for (let n = 1; n <= entries; n++) await redis.command('XADD', stream, `${n}-0`, 'type', 't');
  const log = new EntryLog();
  return { stream, log, pages: new SharedPages(redis.connect(target), stream, log) };
}
const filter = (query: string) => sharedFilter(parseFeedFilter(new URLSearchParams(query)));

async function readings(): Promise<number> {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(/cmdstat_type:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

describe('pages of a stream', () => {
  it('are read once for all who come from the same place', async () => {
    const { pages } = await pagesOf(30);
    const before = await readings();
    const crowd = await Promise.all(Array.from({ length: 500 }, () => pages.after('3-0')));
    const late = await pages.after('3-0');
    expect(await readings()).toBe(before + 1);
    expect(new Set([...crowd, late]).size).toBe(1);
    expect(late.messages.map(({ id }) => id)).toEqual(['4-0', '5-0', '6-0', '7-0', '8-0']);
    expect(late.matching(filter('type=t'))).toBe(late.matching(filter('type=t')));
    expect(late.matching(filter(''))).toBe(late.messages);
    expect(late.matching(filter('type=other'))).toEqual([]);
  });

  it('are read anew after a moment, when they were empty, and of another stream', async () => {
    const { stream, log, pages } = await pagesOf(2);
    const first = await pages.after('1-0');
    await vi.waitFor(async () => expect(await pages.after('1-0')).not.toBe(first), PATIENT);
    expect((await pages.after('2-0')).messages).toEqual([]);
    await redis.command('XADD', stream, '9-0', 'type', 't');
    expect((await pages.after('2-0')).messages.map(({ id }) => id)).toEqual(['9-0']);
    const kept = await pages.after('2-0');
    log.reset();
    expect(await pages.after('2-0')).not.toBe(kept);
  });

  it('that could not be read are tried again by who asks next', async () => {
    const { stream, pages } = await pagesOf(1);
    await redis.command('RENAME', stream, `${stream}:away`);
    await redis.command('SET', stream, 'text');
    await expect(pages.after('0-0')).rejects.toThrow('not a stream');
    await redis.command('RENAME', `${stream}:away`, stream);
    expect((await pages.after('0-0')).messages).toHaveLength(1);
  });
});
