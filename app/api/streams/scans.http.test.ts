import { readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { accessLines } from '@/e2e/support/log-lines';
import { addEntries } from '@/e2e/support/redis-facts';
import { type Stack, startStack } from '@/e2e/support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

/** A large download's share of the process: a few pages, not the file. */
const GROWTH_MAX_MEBIBYTES = 100;
/** 200 MB at its own pace, on a busy machine. */
const LONG_MS = 240_000;

const path = (stream: string, what: string, query: Record<string, string> = {}) =>
  `/api/streams/${encodeURIComponent(stream)}/${what}?${new URLSearchParams(query)}`;

/** An answer that is read at the test's own pace. */
function open(target: string): Promise<{ sent: ClientRequest; response: IncomingMessage }> {
  const { hostname, port } = new URL(stack.base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, agent: false }, (response) => {
      response.on('error', () => undefined);
      resolve({ sent, response });
    });
    sent.on('error', reject);
    sent.end();
  });
}

const lines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** Reads of entries so far, by scripts or plain. */
async function reads(): Promise<number> {
  const info = String(await stack.redis.command('INFO', 'commandstats'));
  const calls = [...info.matchAll(/cmdstat_(?:xrange|xrevrange):calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * Nobody else reads entries here: a count that stands still over many looks stays so. Each look is
 * one at the dashboard as well, so that it had its turn in between.
 */
async function readsAtRest(): Promise<number> {
  let last = -1;
  let looks = 0;
  const look = async () => {
    await send(stack.base, '/health');
    const now = await reads();
    looks = now === last ? looks + 1 : 0;
    last = now;
    expect(looks).toBeGreaterThan(10);
  };
  await eventually(look, { deadlineMs: LONG_MS / 2 });
  return last;
}

const residentMebibytes = () => {
  const status = readFileSync(`/proc/${stack.dashboard.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
};

describe('a search back over HTTP', () => {
  test('answers lines: how many there are, what is found, how far it got', async () => {
    const ids = await addEntries(stack.redis, 'search:all', 300, (n) => ['n', `${n}`]);
    const answer = await send(stack.base, path('search:all', 'search', { filter: 'n>=290' }));
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    const got = lines(answer.text);
    expect(got[0]).toEqual({ kind: 'begin', stream: 'search:all', total: 300 });
    const found = got.filter(({ kind }) => kind === 'entry').map(({ entry }) => entry.id);
    expect(found).toEqual(ids.slice(290).reverse());
    expect(got.at(-1)).toMatchObject({ kind: 'end', scanned: 300, found: 10, next: null });
  });

  test('is refused where it is malformed, and for a stream that is not there', async () => {
    const refused = await send(stack.base, path('search:all', 'search', { filter: '(' }));
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { code: 'invalid_filter', errors: [{ start: 0, end: 1 }] },
    ]);
    expect((await send(stack.base, path('search:all', 'search', { limit: '0' }))).status).toBe(400);
    expect((await send(stack.base, path('search:none', 'search'))).status).toBe(404);
    expect((await send(stack.base, path('search:none', 'download'))).status).toBe(404);
    const format = { format: 'xml' };
    expect((await send(stack.base, path('search:all', 'download', format))).status).toBe(400);
  });
});

describe('a download over HTTP', () => {
  test('is every entry that matches, as NDJSON and as CSV, under a name of its own', async () => {
    const ids = await addEntries(stack.redis, 'file:a/b', 500, (n) => [
      'n',
      `${n}`,
      'text',
      '=1,"\n',
    ]);
    const ndjson = await send(stack.base, path('file:a/b', 'download', { filter: 'n<400' }));
    expect(lines(ndjson.text).map(({ id }) => id)).toEqual(ids.slice(0, 400));
    expect(lines(ndjson.text)[7]).toMatchObject({
      fields: [
        ['n', '7'],
        ['text', '=1,"\n'],
      ],
    });
    expect(ndjson.headers['content-disposition']).toMatch(
      /^attachment; filename="file-a-b_\d{8}T\d{6}Z-\d{8}T\d{6}Z\.ndjson"; /,
    );
    const csv = await send(stack.base, path('file:a/b', 'download', { format: 'csv' }));
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text.split('\r\n')).toHaveLength(502);
    expect(csv.text.split('\r\n')[0]).toBe('id,time,n,text,other_fields');
    expect(csv.text).toContain(',0,"=1,""\n",\r\n');
    const safe = { format: 'csv', safe: '1' };
    expect((await send(stack.base, path('file:a/b', 'download', safe))).text).toContain('"\'=1,');
  });

  test(
    'of 200 MB to a slow client costs the process no more than some pages',
    async () => {
      const fill = `local ids = {}
        for n = 1, 4000 do
          ids[n] = redis.call('XADD', KEYS[1], '*', 'v', string.rep('x', 50000))
        end
        return ids`;
      const wanted = await stack.redis.command('EVAL', fill, 1, 'file:large');
      const before = residentMebibytes();
      const { response } = await open(path('file:large', 'download'));
      let highest = 0;
      let bytes = 0;
      const ids: string[] = [];
      let rest = '';
      for await (const part of response) {
        bytes += part.length;
        const parts = (rest + part).split('\n');
        rest = parts.pop() ?? '';
        for (const line of parts) ids.push(/^\{"id":"([^"]+)"/.exec(line)?.[1] ?? '');
        highest = Math.max(highest, residentMebibytes());
        // A reader with something else to do: it takes a part only now and then.
        if (ids.length % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(ids).toEqual(wanted);
      expect(bytes).toBeGreaterThan(200_000_000);
      expect(highest - before).toBeLessThan(GROWTH_MAX_MEBIBYTES);
      await stack.redis.command('DEL', 'file:large');
    },
    LONG_MS,
  );
});

describe('a client that takes no more', () => {
  const STREAM = 'scan:held';
  /** 30 MB: more than lies in the buffers between the two. */
  const FILL = `for n = 1, 500 do
    local text = string.rep('x', 15000)
    redis.call('XADD', KEYS[1], '*', 'a', text, 'b', text, 'c', text, 'd', text)
  end`;

  beforeAll(() => stack.redis.command('EVAL', FILL, 1, STREAM));
  afterAll(() => stack.redis.command('DEL', STREAM));

  test.each(['search', 'download'])(
    'holds a %s still, and ends it by leaving',
    { timeout: LONG_MS },
    async (what) => {
      const target = path(STREAM, what, { limit: '1000' });
      const begin = await reads();
      expect((await send(stack.base, target)).text.length).toBeGreaterThan(30_000_000);
      const whole = (await reads()) - begin;

      const before = await reads();
      const { sent, response } = await open(target);
      response.once('data', () => response.pause());
      await eventually(() => expect(response.isPaused()).toBe(true));
      expect((await readsAtRest()) - before).toBeLessThan(whole);
      expect(response.complete).toBe(false);
      sent.destroy();
      await eventually(() => {
        const over = accessLines(stack.dashboard).filter(({ complete }) => !complete);
        expect(over.map((line) => line.path)).toContain(target.split('?')[0]);
      });
      expect((await readsAtRest()) - before).toBeLessThan(whole);
    },
  );

  test('is broken off, not ended, where Redis fails in the middle of a download', async () => {
    const { response } = await open(path(STREAM, 'download'));
    response.once('data', () => response.pause());
    await eventually(() => expect(response.isPaused()).toBe(true));
    // In one step: a stream that is gone is told by a line, and ends in order.
    await stack.redis.command('SET', STREAM, 'no stream');
    const closed = new Promise((resolve) => response.once('close', resolve));
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
  });
});
