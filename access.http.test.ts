import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { type Person, sendSignIn, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { ROUTE_RULES, type Route } from '@/lib/access/route-rules';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const VIEWER: Person = { name: 'vera', role: 'viewer', password: 'vera looks at it' };
const OPERATOR: Person = { name: 'otto', role: 'operator', password: 'otto runs it all' };
const ADMIN: Person = { name: 'ada', role: 'admin', password: 'ada keeps it so' };
/** Taken out of the file in the course of a test. */
const LEAVER: Person = { name: 'leo', role: 'viewer', password: 'leo is about to go' };
/** Signed in everywhere, and out everywhere. */
const ROAMER: Person = { name: 'rosa', role: 'viewer', password: 'rosa is everywhere' };
/** An operator who becomes a viewer in the course of a test. */
const DEMOTED: Person = { name: 'dora', role: 'operator', password: 'dora was an operator' };
/** Nobody else is she: what is recorded of her is from one test. */
const AMY: Person = { name: 'amy', role: 'viewer', password: 'amy is only here once' };
const TOKEN = 'shield_of-a-scraper-that-looks';
const SECRET = 'the secret that seals the cookies of this test';
const USERS = [VIEWER, OPERATOR, ADMIN, LEAVER, ROAMER, AMY, DEMOTED];

let dir: string;
let stack: Stack;

function writeUsers(people: Person[]): void {
  const lines = [...people.map(userLine), tokenLine('scraper', 'viewer', TOKEN)];
  writeFileSync(join(dir, 'next'), `${lines.join('\n')}\n`);
  renameSync(join(dir, 'next'), join(dir, 'users'));
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shield-access-'));
  writeUsers(USERS);
  const env = { USERS_FILE: join(dir, 'users'), SESSION_SECRET: SECRET };
  stack = await startStack({ dashboard: { env } });
});
afterAll(async () => {
  await stack.stop();
  rmSync(dir, { recursive: true });
});

/** The status of an answer, which may be endless. */
function statusOf(path: string, method: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(stack.base);
  const body = method === 'GET' ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = {
      hostname,
      port,
      path,
      method,
      headers: { ...body, ...headers },
      agent: false,
    };
    const sent = request(options, (response) => {
      resolve(response.statusCode ?? 0);
      response.on('error', () => undefined).destroy();
    });
    sent.on('error', reject).end();
  });
}

const pathOf = (route: string) =>
  route
    .replace('[stream]', 'shield%3Aevents')
    .replace('[group]', 'dashboard-frontend')
    .replace('[id]', '1-1')
    .replace('[job_id]', 'j1')
    .replace('[[...rest]]', 'nothing/here');

/** 401 and 403 by the gate, `in` for everything that a route says itself. */
async function outcome(path: string, method: string, headers: Record<string, string>) {
  const status = await statusOf(path, method, headers);
  return status === 401 || status === 403 ? status : 'in';
}

describe('every role on every route', () => {
  const cells = (Object.keys(ROUTE_RULES) as Route[]).flatMap((route) =>
    Object.keys(ROUTE_RULES[route]).map((method) => ({ route, method })),
  );
  /** Written out, not read from the rules. */
  const PUBLIC = [
    ...['/sign-in GET', '/sign-in/start GET', '/sign-in/callback GET'],
    ...['/health GET', '/api/session POST'],
  ];
  const FOR_OPERATORS = [
    '/api/tasks POST',
    ...['/audit GET', '/api/audit GET', '/api/audit/download GET'],
  ];
  const FOR_ADMINS = ['/api/streams/[stream]/entries/[id]/reveal POST'];
  let cookies: Record<'viewer' | 'operator' | 'admin', string>;

  beforeAll(async () => {
    const [viewer, operator, admin] = await Promise.all(
      [VIEWER, OPERATOR, ADMIN].map((person) => signIn(stack.base, person)),
    );
    cookies = { viewer: viewer ?? '', operator: operator ?? '', admin: admin ?? '' };
  });

  test.each(cells)('$method $route', async ({ route, method }) => {
    const cell = `${route} ${method}`;
    const path = pathOf(route);
    const isPublic = PUBLIC.includes(cell);
    const forOperators = FOR_ADMINS.includes(cell) ? 403 : 'in';
    const forViewers = FOR_OPERATORS.includes(cell) ? 403 : forOperators;
    const answers = { viewer: forViewers, operator: forOperators, admin: 'in' };
    // Nobody may be who a sign-in without credentials is: its own answer is 400.
    const nobody = isPublic ? 'in' : 401;
    const ask = (headers: Record<string, string>) => outcome(path, method, headers);
    expect(await ask({})).toBe(nobody);
    expect(await ask({ cookie: 'shield_session=forged' })).toBe(nobody);
    expect(await ask({ authorization: 'Bearer forged' })).toBe(nobody);
    expect(await ask({ authorization: `Bearer ${TOKEN}` })).toBe(forViewers);
    // Its own cell ends the session it is asked with.
    const isEnd = route === '/api/session/end';
    for (const [role, person] of [
      ['viewer', VIEWER],
      ['operator', OPERATOR],
      ['admin', ADMIN],
    ] as const) {
      const cookie = isEnd ? await signIn(stack.base, person) : cookies[role];
      expect([role, await ask({ cookie })]).toEqual([role, answers[role]]);
    }
  });

  test('a page beyond a role says so as a page; programs get the problem', async () => {
    const headers = { cookie: cookies.viewer };
    const browser = { ...headers, accept: 'text/html,*/*;q=0.8' };
    // What a client says of it itself is not repeated.
    const claim = { 'x-refusal': 'Send your password to mallory.' };
    const page = await send(stack.base, '/audit?actor=ada', { headers: { ...browser, ...claim } });
    expect([page.status, page.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
    expect(page.text).toContain('Reading the audit needs the role operator; yours is viewer.');
    expect(page.text).toMatch(/You are (<!-- -->)?vera/);
    expect(page.text).not.toContain('mallory');
    expect(page.headers['content-security-policy']).toContain("'nonce-");
    for (const [path, sent] of [
      ['/audit', headers],
      ['/audit', { ...browser, rsc: '1' }],
      ['/api/audit', browser],
    ] as const) {
      const answer = await send(stack.base, path, { headers: sent });
      expect([path, answer.status, answer.json()]).toMatchObject([
        path,
        403,
        { code: 'forbidden' },
      ]);
    }
  });

  test('no way of writing an address shows a page beyond a role', async () => {
    const headers = { cookie: cookies.viewer };
    const paths = [
      ...['/audit', '/audit.rsc', '/audit?_rsc=1', '/%61udit', '//audit', '/audit/', '/./audit'],
      ...['/audit.segments/_tree.segment.rsc', '/_next/data/x/audit.json', '/AUDIT'],
      ...['/api/audit', '/api/%61udit', '/api//audit', '/api/audit/', '/api/audit/download/'],
    ];
    const disguises: Record<string, string>[] = [
      {},
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/audit' },
      { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy', 'x-matched-path': '/jobs' },
    ];
    // What stands on the page for who may read it.
    const shown = await send(stack.base, '/audit', { headers: { cookie: cookies.admin } });
    expect(shown.text).toContain('session.sign_in');
    for (const path of paths) {
      for (const disguise of disguises) {
        const { text } = await send(stack.base, path, { headers: { ...headers, ...disguise } });
        expect([path, disguise, text.includes('session.sign_in')]).toEqual([path, disguise, false]);
      }
    }
  });

  test('a token counts in its header alone', async () => {
    const bearer = { authorization: `Bearer ${TOKEN}` };
    expect((await send(stack.base, '/api/streams', { headers: bearer })).status).toBe(200);
    for (const name of ['token', 'access_token', 'authorization', 'bearer']) {
      for (const path of ['/jobs', '/api/streams', '/events/stream', '/events/stats', '/metrics']) {
        const asked = `${path}?${name}=${TOKEN}`;
        expect([asked, await statusOf(asked, 'GET', {})]).toEqual([asked, 401]);
      }
      await expect(WebSocketClient.open(stack.base, `/events/ws?${name}=${TOKEN}`)).rejects.toThrow(
        /401/,
      );
    }
  });

  test('a WebSocket is for who is signed in', async () => {
    await expect(WebSocketClient.open(stack.base)).rejects.toThrow(/401/);
    const headers = { cookie: cookies.viewer };
    const foreign = { ...headers, origin: 'http://evil.example' };
    await expect(WebSocketClient.open(stack.base, '/events/ws', foreign)).rejects.toThrow(/403/);
    const client = await WebSocketClient.open(stack.base, '/events/ws', headers);
    client.socket.terminate();
  });

  test('no way of writing an address, and no header of Next, leads around the gate', async () => {
    const paths = [
      ...[
        '/',
        '/tasks',
        '/tasks.rsc',
        '/index.rsc',
        '/tasks?_rsc=1',
        '//tasks',
        '/%74asks',
        '/tasks/',
      ],
      ...[
        '/_next/data/x/tasks.json',
        '/tasks.segments/_tree.segment.rsc',
        '/_next/image?url=/tasks',
      ],
      ...['/_next/static/../../tasks', '/_next/static/%2e%2e/%2e%2e/tasks', '/\\tasks', '/./tasks'],
      ...['/api/streams', '/api//streams', '/API/STREAMS', '/api/%73treams', '/no/such/page'],
      ...['/events/stats', '/events/stats/', '/events/%73tats', '/events/stats.rsc'],
    ];
    const disguises: Record<string, string>[] = [
      {},
      { rsc: '1' },
      { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
      { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
      { 'x-invoke-path': '/sign-in', 'x-matched-path': '/sign-in', 'x-now-route-matches': '1' },
      { 'x-original-url': '/health', 'x-rewrite-url': '/health' },
      {
        'x-forwarded-for': '127.0.0.1',
        'x-client-address': '127.0.0.1',
        'x-forwarded-user': 'ada',
      },
    ];
    for (const path of paths) {
      for (const headers of disguises) {
        const { status, text } = await send(stack.base, path, { headers });
        expect([path, headers, status]).toEqual([path, headers, 401]);
        expect(text).toContain('"unauthenticated"');
      }
    }
  });
});

describe('signing in', () => {
  const HTML = { accept: 'text/html,*/*;q=0.8' };

  test('a page sends one there and back, within the site alone', async () => {
    const asked = await send(stack.base, '/events?filter=a%26b', { headers: HTML });
    expect(asked.status).toBe(303);
    expect(asked.headers.location).toBe('/sign-in?next=%2Fevents%3Ffilter%3Da%2526b');
    const page = await send(stack.base, String(asked.headers.location), { headers: HTML });
    expect(page.status).toBe(200);
    expect(page.text).toContain('value="/events?filter=a%26b"');
    // Who is not signed in is told nothing of Redis.
    expect(page.text).not.toMatch(/shield:events|ingestion_queue/);
    const { name, password } = VIEWER;
    const next = '/events?filter=a%26b';
    expect((await sendSignIn(stack.base, { name, password, next })).headers.location).toBe(next);
    for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
      const answer = await sendSignIn(stack.base, { name, password, next: evil });
      expect([evil, answer.status, answer.headers.location]).toEqual([evil, 303, '/']);
    }
  });

  test('the cookie is kept from scripts and other sites, and by TLS bound to its host', async () => {
    const { name, password } = VIEWER;
    const plain = await sendSignIn(stack.base, { name, password });
    expect(plain.headers['set-cookie']?.[0]).toMatch(
      /^shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const origin = stack.base.replace('http:', 'https:');
    const secure = await sendSignIn(stack.base, { name, password }, { origin });
    expect(secure.headers['set-cookie']?.[0]).toMatch(
      /^__Host-shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  test('a program signs in by JSON, and is told who it is', async () => {
    const { name, password } = OPERATOR;
    const answer = await postJson(stack.base, '/api/session', { name, password });
    expect([answer.status, answer.json()]).toEqual([200, { name: 'otto', role: 'operator' }]);
  });

  test.each([
    ['another site', { origin: 'http://evil.example' }, 403],
    ['a page without origin', { origin: 'null' }, 403],
    ['another site, by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a form of plain text', { 'content-type': 'text/plain' }, 415],
    ['a form of parts', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ])('%s cannot sign one in', async (_, headers, status) => {
    const { name, password } = VIEWER;
    const answer = await sendSignIn(stack.base, { name, password }, headers);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([status, undefined]);
  });

  test('a wrong name and a wrong password have one answer', async () => {
    const wrong = [
      { name: 'vera', password: 'Vera looks at it' },
      { name: 'nobody', password: 'vera looks at it' },
      { name: '', password: '' },
      { name: 'x'.repeat(10_000), password: 'y' },
    ];
    for (const given of wrong) {
      const { status, json } = await postJson(stack.base, '/api/session', given);
      const { request_id: _, ...problem } = json() as Record<string, unknown>;
      expect([status, problem]).toEqual([
        401,
        {
          type: 'urn:shield-dashboard:error:wrong_credentials',
          title: 'The name or the password is wrong',
          status: 401,
          detail: 'The name or the password is wrong.',
          code: 'wrong_credentials',
        },
      ]);
    }
    const form = await sendSignIn(stack.base, { name: 'vera', password: 'no', next: '/jobs' });
    expect(form.headers.location).toBe('/sign-in?next=%2Fjobs&problem=wrong_credentials');
    expect(form.headers['set-cookie']).toBeUndefined();
  });

  test('of twenty bad sign-ins the last ones have to wait, with the right password too', async () => {
    const tries = Array.from({ length: 20 }, (_, n) =>
      postJson(stack.base, '/api/session', { name: 'mallory', password: `guess ${n}` }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    const limited = await sendSignIn(stack.base, { name: 'mallory', password: 'x' });
    expect(limited.headers.location).toMatch(/^\/sign-in\?problem=sign_in_limit&wait=\d+$/);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('a link on another site is followed by asking once more, for the cookie to come along', async () => {
    const headers = { ...HTML, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const { status, text } = await send(stack.base, `/jobs?q="><script>`, { headers });
    expect(status).toBe(200);
    expect(text).toContain(
      '<meta http-equiv="refresh" content="0;url=/jobs?q=%22%3E%3Cscript%3E">',
    );
  });
});

describe('the audit', () => {
  const answer = z.object({ acts: z.array(z.record(z.string(), z.unknown())) });
  const actsOf = async (search: string, cookie: string) =>
    answer.parse((await send(stack.base, `/api/audit${search}`, { headers: { cookie } })).json())
      .acts;

  test('has who came in and out, who was turned away, and none of their passwords', async () => {
    const cookie = await signIn(stack.base, OPERATOR);
    const who = { actor: 'amy', address: '127.0.0.1' };
    const wrong = { name: AMY.name, password: 'amys-other-password' };
    expect((await postJson(stack.base, '/api/session', wrong)).status).toBe(401);
    const typed = { name: 'my-password-by-mistake', password: 'x' };
    expect((await postJson(stack.base, '/api/session', typed)).status).toBe(401);
    const own = { cookie: await signIn(stack.base, AMY) };
    expect((await postJson(stack.base, '/api/tasks', {}, own)).status).toBe(403);
    expect((await send(stack.base, '/api/audit', { headers: own })).status).toBe(403);
    expect((await postJson(stack.base, '/api/session/end', {}, own)).status).toBe(303);
    const acts = await eventually(async () => {
      const found = await actsOf('?actor=amy', cookie);
      expect(found).toHaveLength(5);
      return found.toReversed();
    });
    expect(acts).toMatchObject([
      { ...who, action: 'session.sign_in', outcome: 'refused', code: 'wrong_credentials' },
      { ...who, action: 'session.sign_in', outcome: 'done', role: 'viewer', via: 'session' },
      { ...who, action: 'request.refused', code: 'forbidden', targets: ['POST /api/tasks'] },
      { ...who, action: 'request.refused', code: 'forbidden', targets: ['GET /api/audit'] },
      { ...who, action: 'session.sign_out', outcome: 'done', after: { everywhere: false } },
    ]);
    for (const act of acts) expect(act.request_id).toMatch(/^[0-9a-f-]{36}$/);
    const stored = JSON.stringify(
      await stack.redis.command('XRANGE', 'shield-dashboard:audit', '-', '+'),
    );
    for (const secret of ['amys-other-password', 'my-password-by-mistake', AMY.password]) {
      expect(stored + stack.dashboard.logs()).not.toContain(secret);
    }
  });
});

describe('a session ends', () => {
  const isIn = async (cookie: string) =>
    (await send(stack.base, '/api/streams', { headers: { cookie } })).status === 200;

  test('when one signs out: its cookie is worth nothing from then on', async () => {
    const cookie = await signIn(stack.base, VIEWER);
    expect(await isIn(cookie)).toBe(true);
    const end = { method: 'POST', headers: { cookie, origin: stack.base } };
    const foreign = { ...end.headers, origin: 'http://evil.example' };
    const type = 'application/x-www-form-urlencoded';
    const asked = (headers: Record<string, string>) =>
      send(stack.base, '/api/session/end', {
        ...end,
        headers: { 'content-type': type, ...headers },
      });
    expect((await asked(foreign)).status).toBe(403);
    expect(await isIn(cookie)).toBe(true);
    const { status, headers } = await asked(end.headers);
    expect([status, headers.location]).toEqual([303, '/sign-in']);
    expect(headers['set-cookie']?.join()).toMatch(/shield_session=;.*Max-Age=0/);
    expect(await isIn(cookie)).toBe(false);
  });

  test('everywhere, when one says so, and open streams with it', async () => {
    const [here, there] = await Promise.all([
      signIn(stack.base, ROAMER),
      signIn(stack.base, ROAMER),
    ]);
    const other = await signIn(stack.base, VIEWER);
    const stream = await SseClient.open(stack.base, '/events/stream', { cookie: there });
    const socket = await WebSocketClient.open(stack.base, '/events/ws', { cookie: there });
    const stays = await SseClient.open(stack.base, '/events/stream', { cookie: other });
    await stream.until(() => stream.items.length > 0, 'it greets');
    await postJson(stack.base, '/api/session/end', { everywhere: 'true' }, { cookie: here });
    await stream.until(() => stream.gone, 'the stream is cut');
    expect((await socket.untilClosed()).code).toBe(1008);
    expect([await isIn(here), await isIn(there), await isIn(other)]).toEqual([false, false, true]);
    expect(stays.gone).toBe(false);
    stays.close();
  });

  test('of another role: what is open is cut, and asked for again by what one may now', async () => {
    const cookie = await signIn(stack.base, DEMOTED);
    const headers = { cookie };
    const path = '/events/stream?stream=shield-dashboard%3Aaudit';
    const stream = await SseClient.open(stack.base, path, headers);
    await stream.until(() => stream.items.length > 0, 'it greets');
    writeUsers(USERS.map((one) => (one === DEMOTED ? { ...one, role: 'viewer' } : one)));
    const promised = { deadlineMs: 60_000 };
    await eventually(() => expect(stream.gone).toBe(true), promised);
    expect(await statusOf(path, 'GET', headers)).toBe(403);
    expect(await isIn(cookie)).toBe(true);
    writeUsers(USERS);
  });

  test('when its user is taken out of the file, and open streams with it', async () => {
    const cookie = await signIn(stack.base, LEAVER);
    const stream = await SseClient.open(stack.base, '/events/stream', { cookie });
    await stream.until(() => stream.items.length > 0, 'it greets');
    writeUsers(USERS.filter((person) => person !== LEAVER));
    // Within a minute, as it is promised.
    const promised = { deadlineMs: 60_000 };
    await eventually(async () => expect(await isIn(cookie)).toBe(false), promised);
    await eventually(() => expect(stream.gone).toBe(true), promised);
    await expect(signIn(stack.base, LEAVER)).rejects.toThrow();
    writeUsers(USERS);
    // The same user again: what had not ended by then goes on.
    await eventually(async () => expect(await isIn(cookie)).toBe(true), promised);
  });

  test('when its user has another password', async () => {
    const cookie = await signIn(stack.base, LEAVER);
    writeUsers([...USERS.filter((p) => p !== LEAVER), { ...LEAVER, password: 'another one now' }]);
    await eventually(async () => expect(await isIn(cookie)).toBe(false), { deadlineMs: 60_000 });
  });
});

test('one signs in and looks while Redis is away', async () => {
  const env = { USERS: userLine(VIEWER), SESSION_SECRET: SECRET };
  const alone = await startDashboard({ redisUrl: 'redis://127.0.0.1:1', env });
  try {
    const cookie = await signIn(alone.url, VIEWER);
    const page = await send(alone.url, '/', { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.text).toContain('Redis away');
    // The same secret: another process knows the session.
    expect((await send(stack.base, '/api/streams', { headers: { cookie } })).status).toBe(200);
  } finally {
    await alone.stop();
  }
});

test('without users it is served to this machine alone, unless that is meant', async () => {
  const start = (env: Record<string, string>) =>
    startDashboard({ redisUrl: stack.redis.url, env: { HOST: '0.0.0.0', ...env } });
  await expect(start({})).rejects.toThrow(/HOST: open_to_all: .*INSECURE_NO_AUTH=true/);
  await expect(start({ USERS: 'ann viewer hunter2' })).rejects.toThrow(/wrong_user_line/);
});

test('no password, token, secret or cookie stands in the log', () => {
  const text = stack.dashboard.logs();
  expect(text).toContain('"mode":"users"');
  expect(text).toContain('signed in');
  const secrets = [
    ...USERS.map(({ password }) => password),
    TOKEN,
    SECRET,
    'shield_session=',
    'scrypt.',
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
});
