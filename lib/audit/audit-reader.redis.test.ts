import { beforeEach, describe, expect, it } from 'vitest';
import { type AuditAct, type AuditQuery, parseAuditQuery } from '@/lib/model/audit-page';
import { entryIdTimeMs } from '@/lib/model/entry-id';
import { ASKER, ownTrail } from '@/lib/testing/own-audit';
import { ownRedis } from '@/lib/testing/own-redis';
import { AuditReader } from './audit-reader';

const redis = ownRedis();
beforeEach(() => redis.command('FLUSHALL'));

const STREAM = 'shield-dashboard:audit';
const query = (params: Record<string, string> = {}) => parseAuditQuery(new URLSearchParams(params));

function own() {
  const { trail } = redis.closing(ownTrail(redis, { stream: STREAM, lengthMax: 100_000 }));
  const reader = new AuditReader(redis.connect(), STREAM);
  /** An act that ends when it is told to. */
  const begin = async (stream: string) => {
    let end = () => {};
    const ending = new Promise<void>((resolve) => {
      end = resolve;
    });
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const run = async () => {
      begun();
      await ending;
      return { answer: null };
    };
    const intent = { action: 'task.enqueue', stream } as const;
    const acting = trail.act(ASKER, intent, { destroys: true, run });
    await beginning;
    return async () => {
      end();
      await acting;
      await trail.settle();
    };
  };
  const signIn = (name: string, outcome: 'done' | 'failed' = 'done') =>
    trail.note(
      { actor: { ...ASKER.actor, name }, requestId: null },
      { action: 'session.sign_in', outcome },
    );
  return { trail, reader, begin, signIn };
}

async function collect(acts: AsyncIterable<AuditAct>): Promise<AuditAct[]> {
  const all = [];
  for await (const act of acts) all.push(act);
  return all;
}

/** All pages of a query, one after the other. */
async function walk(reader: AuditReader, start: AuditQuery) {
  const pages = [];
  for (let before = start.before; ; ) {
    const page = await reader.page({ ...start, before });
    pages.push(page);
    if (page.next === null) return pages;
    before = page.next;
  }
}

describe('a page', () => {
  it('is empty where there is no stream', async () => {
    const { reader } = own();
    expect(await reader.page(query())).toEqual({
      ...{ acts: [], next: null, lookedAt: 0, unreadable: 0 },
    });
  });

  it('shows each act once, by its result, wherever a page ends between the two', async () => {
    const { reader, begin } = own();
    const ends = new Map<string, () => Promise<void>>();
    for (const name of ['a', 'b', 'never', 'c', 'd']) ends.set(name, await begin(name));
    // Ended in another order, with further acts in between.
    for (const name of ['d', 'a']) await ends.get(name)?.();
    await (await begin('e'))();
    for (const name of ['c', 'b']) await ends.get(name)?.();
    for (const limit of ['1', '2', '3', '4', '5', '50']) {
      const pages = await walk(reader, query({ limit }));
      const acts = pages.flatMap((page) => page.acts);
      expect(acts.map(({ stream, outcome }) => `${stream} ${outcome}`)).toEqual([
        ...['b done', 'c done', 'e done', 'a done', 'd done', 'never pending'],
      ]);
      expect(pages.at(-1)?.acts.length).toBeGreaterThan(0);
      for (const { began_at, at } of acts) {
        expect(Date.parse(began_at ?? '')).toBeLessThanOrEqual(Date.parse(at));
      }
    }
    await ends.get('never')?.();
  });

  it('has those alone that match, and says how many records it looked at', async () => {
    const { trail, reader, begin, signIn } = own();
    await (await begin('one'))();
    signIn('ann');
    signIn('bob', 'failed');
    await trail.settle();
    const found = async (params: Record<string, string>) =>
      (await reader.page(query(params))).acts.map(({ actor, action }) => `${actor} ${action}`);
    expect(await found({ actor: 'AN' })).toEqual([
      ...['ann session.sign_in', 'anonymous task.enqueue'],
    ]);
    expect(await found({ actor: '127.0' })).toHaveLength(3);
    expect(await found({ action: 'session.*' })).toHaveLength(2);
    expect(await found({ action: 'session.sign_out' })).toEqual([]);
    expect(await found({ stream: 'one' })).toEqual(['anonymous task.enqueue']);
    expect(await found({ outcome: 'failed,unknown' })).toEqual(['bob session.sign_in']);
    expect(await found({ outcome: 'pending' })).toEqual([]);
    expect((await reader.page(query({ actor: 'nobody' }))).lookedAt).toBe(4);
  });

  it('keeps to the times asked for', async () => {
    const { reader } = own();
    const fields = (act: string) =>
      `phase event act ${act} outcome done code_ x action session.sign_in actor ann`.split(' ');
    const rest = ['code', 'role', 'address', 'via', 'stream', 'group', 'targets', 'count'];
    const more = ['before', 'after', 'reason', 'request_id', 'intent', 'instance'];
    for (const ms of [1_000, 2_000, 3_000]) {
      const empty = [...rest, ...more].flatMap((name) => [name, '']);
      await redis.command('XADD', STREAM, `${ms}-1`, ...fields(`act-${ms}`), ...empty);
    }
    const acts = async (params: Record<string, string>) =>
      (await reader.page(query(params))).acts.map(({ id }) => entryIdTimeMs(id));
    expect(await acts({ from: '2000' })).toEqual([3_000, 2_000]);
    expect(await acts({ to: '2000' })).toEqual([2_000, 1_000]);
    expect(await acts({ from: '1001', to: '2999' })).toEqual([2_000]);
    expect(await acts({ to: '2000', before: '2000-1' })).toEqual([1_000]);
    expect(await acts({ to: '1500', before: '3000-1' })).toEqual([1_000]);
    const { acts: all, fromMs, toMs } = await reader.download(query({ from: '1500' }));
    expect([fromMs, toMs]).toEqual([1_500, 3_000]);
    expect((await collect(all)).map(({ id }) => id)).toEqual(['3000-1', '2000-1']);
  });

  it('counts what is no record, and is not stopped by it', async () => {
    const { trail, reader, signIn } = own();
    signIn('ann');
    await trail.settle();
    await redis.command('XADD', STREAM, '*', 'phase', 'event');
    await redis.command('XADD', STREAM, '*', new Uint8Array([0xff]), new Uint8Array([0xfe]));
    const page = await reader.page(query());
    expect([page.acts.length, page.unreadable, page.lookedAt]).toEqual([1, 2, 3]);
  });

  it('looks at a bounded part where little matches, and goes on from there', async () => {
    const { trail, reader, signIn } = own();
    signIn('ann');
    await trail.settle();
    const junk = "for n = 1, 12000 do redis.call('XADD', KEYS[1], '*', 'a', 'b') end";
    await redis.command('EVAL', junk, 1, STREAM);
    const pages = await walk(reader, query({ actor: 'ann' }));
    expect(pages.map(({ acts }) => acts.length)).toEqual([0, 0, 1]);
    for (const { lookedAt } of pages) expect(lookedAt).toBeLessThan(6_000);
    const { acts } = await reader.download(query({ actor: 'ann' }));
    expect(await collect(acts)).toHaveLength(1);
  });
});

describe('what cannot be read', () => {
  it('is told with its reason', async () => {
    const { reader } = own();
    await redis.command('SET', STREAM, 'text');
    await expect(reader.page(query())).rejects.toMatchObject({ code: 'wrong_type' });
    await redis.command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~other', '+@all');
    const denied = redis.connect({ username: 'narrow', password: 'pw' });
    const attempt = new AuditReader(denied, STREAM).page(query());
    await expect(attempt).rejects.toMatchObject({ code: 'redis_permission_denied' });
  });

  it('one act is found by its entry, and none where there is none', async () => {
    const { trail, reader, signIn } = own();
    signIn('ann');
    await trail.settle();
    const [act] = (await reader.page(query())).acts;
    expect(await reader.one(act?.id ?? '')).toEqual(act);
    expect(await reader.one('1-1')).toBeNull();
  });
});
