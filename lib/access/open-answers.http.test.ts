import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import type { FeedRecord } from '@/e2e/support/feed-record';
import { addHeldEntries, holdAnswer } from '@/e2e/support/held-answer';
import { postJson, send } from '@/e2e/support/http-client';
import { accessLines, logEntries } from '@/e2e/support/log-lines';
import { type Person, sendSignIn, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { Sessions } from './sessions';
import { parseUsers } from './users-file';

const SECRET = 'the secret that seals the cookies of this test';
const MINUTE_MS = 60_000;
const LIMITS = { idleMs: 30 * MINUTE_MS, absoluteMs: 90 * MINUTE_MS };
/** What is promised. */
const WITHIN_A_MINUTE = { deadlineMs: MINUTE_MS };
const ANN: Person = { name: 'ann', role: 'viewer', password: 'ann leaves by herself' };
const SUE: Person = { name: 'sue', role: 'viewer', password: 'sue is idle for long' };
const AUDIT = 'shield-dashboard:audit';
const OWN = 'team:log';
const OTHER = 'prod:log';

let dir: string;
let stack: Stack;

const token = (name: string) => `shield_${name}`;
const as = (name: string) => ({ authorization: `Bearer ${token(name)}` });
const line = (name: string, marks = '') => `${tokenLine(name, 'operator', token(name))} ${marks}`;
const PEOPLE = [ANN, SUE].map(userLine);
const LINES = [...PEOPLE, line('stays'), line('leaves'), line('expires')];

function writeUsers(lines: string[]): void {
  writeFileSync(join(dir, 'next'), `${lines.join('\n')}\n`);
  renameSync(join(dir, 'next'), join(dir, 'users'));
}

/** As much of the audit: records like its first, with a long reason. */
const FILL_AUDIT = `local record = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1][2]
  for at = 1, #record, 2 do
    if record[at] == 'reason' then record[at + 1] = string.rep('x', 60000) end
  end
  for n = 1, 500 do redis.call('XADD', KEYS[1], '*', unpack(record)) end`;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shield-open-'));
  writeUsers([...LINES, line('narrowed', `streams=${OWN};${OTHER}`)]);
  const env = {
    USERS_FILE: join(dir, 'users'),
    SESSION_SECRET: SECRET,
    SESSION_SECURE: 'true',
    SESSION_IDLE_MINUTES: String(LIMITS.idleMs / MINUTE_MS),
    SESSION_MAX_MINUTES: String(LIMITS.absoluteMs / MINUTE_MS),
    // Nothing here is cut for taking nothing.
    FEED_STALLED_MS: '3600000',
  };
  stack = await startStack({ dashboard: { env } });
  await addHeldEntries(stack.redis, OWN);
});
afterAll(async () => {
  await stack.stop();
  rmSync(dir, { recursive: true });
});

/** Sue's cookie as this server would have made it at another time: signed in then, last used then. */
async function cookieFrom(signedInMs: number, usedMs: number): Promise<{ cookie: string }> {
  const { name } = SUE;
  const fingerprint = parseUsers(userLine(SUE)).users.get(name)?.fingerprint ?? '';
  const sessions = new Sessions(SECRET, LIMITS, () => usedMs);
  const session = { ...sessions.begin({ name, fingerprint, oidc: null }), signedInMs };
  return { cookie: `__Host-shield_session=${await sessions.seal(session)}` };
}

/** Cookies of sessions that end in so many milliseconds, by the one limit and by the other. */
const idleIn = (leftMs: number, now = Date.now()) =>
  cookieFrom(now - LIMITS.idleMs + leftMs, now - LIMITS.idleMs + leftMs);
const overIn = (leftMs: number, now = Date.now()) =>
  cookieFrom(now - LIMITS.absoluteMs + leftMs, now);

const statusOf = async (headers: Record<string, string>, path = '/api/streams') =>
  (await send(stack.base, path, { headers })).status;

/** A live feed over each transport, when both have greeted. */
async function openFeeds(
  headers: Record<string, string>,
  stream = 'shield:events',
): Promise<[SseClient, WebSocketClient]> {
  const search = `?stream=${encodeURIComponent(stream)}`;
  const feeds = [
    await SseClient.open(stack.base, `/events/stream${search}`, headers),
    await WebSocketClient.open(stack.base, `/events/ws${search}`, headers),
  ] as const;
  expect(feeds[0].status).toBe(200);
  for (const feed of feeds) await feed.next('dashboard.hello');
  return [...feeds];
}

/** The same by a session that soon ends: how soon, the machine has its say in. */
function openShortly(cookieOf: (leftMs: number) => Promise<{ cookie: string }>) {
  let leftMs = 1_500;
  return eventually(async () => {
    leftMs *= 2;
    return await openFeeds(await cookieOf(leftMs));
  });
}

const whenCut = ([sse, socket]: [SseClient, WebSocketClient]) =>
  eventually(() => {
    expect([sse.gone, socket.gone]).toEqual([true, true]);
    // Policy violation; an answer that is broken off says nothing.
    expect([sse.ended, socket.closed?.code]).toEqual([false, 1008]);
  }, WITHIN_A_MINUTE);

const ofOwn = (what: string) => `/api/streams/${encodeURIComponent(OWN)}/${what}`;

/** Answers that were not sent to their end, by the access log: whoever reads nothing sees it late. */
const cutPaths = () =>
  accessLines(stack.dashboard)
    .filter(({ complete, path }) => !complete && path.startsWith('/api/'))
    .map(({ path }) => path)
    .sort();

describe('the session’s cookie', () => {
  test('is bound to TLS by SESSION_SECURE, whatever the request looks like', async () => {
    const { name, password } = ANN;
    const { headers } = await sendSignIn(stack.base, { name, password });
    expect(headers['set-cookie']?.[0]).toMatch(
      /^__Host-shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await statusOf({ cookie })).toBe(200);
    expect(await statusOf({ cookie: cookie.replace('__Host-', '') })).toBe(401);
  });

  test.each([
    ['that nobody used for too long', idleIn],
    ['of a session that is over, used or not', overIn],
  ])('%s is worth nothing on any way in', async (_, endsIn) => {
    expect(await statusOf(await endsIn(5 * MINUTE_MS))).toBe(200);
    const over = await endsIn(-1);
    for (const path of ['/api/streams', '/events/stats', '/events/stream', '/metrics']) {
      expect([path, await statusOf(over, path)]).toEqual([path, 401]);
    }
    await expect(WebSocketClient.open(stack.base, '/events/ws', over)).rejects.toThrow('401');
    const headers = { ...over, accept: 'text/html' };
    const page = await send(stack.base, '/jobs', { headers });
    expect([page.status, page.headers.location]).toEqual([303, '/sign-in?next=%2Fjobs']);
  });
});

test('who signs out has open feeds and downloads cut', async () => {
  const own = { cookie: await signIn(stack.base, ANN) };
  const feeds = await openFeeds(own);
  const download = await holdAnswer(stack.base, ofOwn('download'), own);
  const before = cutPaths().length;
  expect((await postJson(stack.base, '/api/session/end', {}, own)).status).toBe(303);
  await whenCut(feeds);
  await eventually(() => expect(cutPaths()).toHaveLength(before + 1), WITHIN_A_MINUTE);
  expect(await download.isBrokenOff()).toBe(true);
});

test('who may stay no longer has everything cut that is open, within a minute; others have not', async () => {
  // A record for the audit to be made of.
  await eventually(async () => expect(await stack.redis.command('XLEN', AUDIT)).toBeGreaterThan(0));
  await stack.redis.command('EVAL', FILL_AUDIT, 1, AUDIT);
  const stays: FeedRecord[] = await openFeeds(as('stays'));
  const kept = await holdAnswer(stack.base, ofOwn('download'), as('stays'));
  const leaves = await openFeeds(as('leaves'));
  const held = [ofOwn('download'), ofOwn('search?limit=1000'), '/api/audit/download'];
  const answers = await Promise.all(held.map((path) => holdAnswer(stack.base, path, as('leaves'))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const narrowed = await openFeeds(as('narrowed'), OTHER);
  const expires = await openFeeds(as('expires'));
  const before = cutPaths();

  const expiresAtMs = Date.now() + 6_000;
  const until = `expires=${new Date(expiresAtMs).toISOString()}`;
  writeUsers([
    ...PEOPLE,
    line('stays'),
    line('expires', until),
    line('narrowed', `streams=${OWN}`),
  ]);
  // Meanwhile, sessions by their two limits.
  const idle = await openShortly(idleIn);
  const over = await openShortly(overIn);
  await Promise.all([leaves, narrowed, idle, over].map(whenCut));
  await whenCut(expires);
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAtMs);
  await eventually(() => {
    const cut = [...before, ...held.map((path) => path.split('?')[0] ?? '')].sort();
    expect(cutPaths()).toEqual(cut);
  }, WITHIN_A_MINUTE);
  expect(await Promise.all(answers.map((answer) => answer.isBrokenOff()))).toEqual([
    true,
    true,
    true,
  ]);

  // None of them comes in again, but who may see less now.
  expect(await statusOf(as('leaves'))).toBe(401);
  expect(await statusOf(as('expires'))).toBe(401);
  expect(await statusOf(as('narrowed'), `/events/stream?stream=${OTHER}`)).toBe(403);
  for (const feed of await openFeeds(as('narrowed'), OWN)) feed.close();
  expect(stays.map(({ gone }) => gone)).toEqual([false, false]);
  expect(await kept.isBrokenOff()).toBe(false);
  for (const feed of stays) feed.close();
});

test('nothing of it is a failure of the process', () => {
  const levels = logEntries(stack.dashboard).map(({ level }) => Number(level));
  expect(levels.length).toBeGreaterThan(10);
  expect(Math.max(...levels)).toBeLessThan(50);
});
