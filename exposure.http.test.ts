import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CookieJar } from '@/e2e/support/cookie-jar';
import { send } from '@/e2e/support/http-client';
import { IdentityProvider } from '@/e2e/support/identity-provider';
import { type Person, sendSignIn, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { sendRaw } from '@/e2e/support/raw-request';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { DATA_POLICY } from '@/lib/http/security-headers';

const ANN: Person = { name: 'ann', role: 'admin', password: 'ann is seldom alone' };
const TOKEN = 'shield_of-a-script-that-looks-on';
const BEARER = { authorization: `Bearer ${TOKEN}` };

let provider: IdentityProvider;
let stack: Stack;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  provider.accounts.set('vera', { claims: { groups: ['staff'], preferred_username: 'vera' } });
  const USERS = [userLine(ANN), tokenLine('script', 'admin', TOKEN)].join();
  stack = await startStack({ dashboard: { env: { ...provider.env, USERS } } });
  provider.serve(stack.dashboard);
});
afterAll(async () => {
  await stack.stop();
  await provider.stop();
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  send(stack.base, path, { method, headers: { ...BEARER, ...headers } });

const PAGES = ['/', '/events', '/jobs', '/audit', '/tasks', '/streams/shield%3Aevents', '/sign-in'];
const DATA = [
  ...['/health', '/health/detailed', '/events/stats', '/metrics'],
  ...['/api/streams', '/api/streams/shield%3Aevents', '/api/streams/shield%3Aevents/entries'],
  ...['/api/streams/shield%3Aevents/search', '/api/streams/shield%3Aevents/download'],
  ...['/api/jobs', '/api/audit', '/api/audit/download?format=csv'],
];
const PROBLEMS = ['/api/none', '/api/streams/none', '/events/stream?last_id=x', '/events/ws'];

describe('what is told on the way', () => {
  test('no page, no data and no problem is kept by a cache; files of the build are', async () => {
    for (const path of [...PAGES, ...DATA, ...PROBLEMS]) {
      const { headers } = await ask(path);
      expect([path, headers['cache-control']]).toEqual([
        path,
        expect.stringMatching(/\bno-store\b/),
      ]);
    }
    const stream = await SseClient.open(stack.base, '/events/stream', BEARER);
    stream.close();
    expect(stream.headers['cache-control']).toMatch(/\bno-store\b/);
    const file = /\/_next\/static\/[^"]+\.js/.exec((await ask('/')).text)?.[0] ?? 'no script';
    // Who is not signed in may have it: nothing of anybody is in it.
    const { status, headers } = await send(stack.base, file);
    expect([status, headers['cache-control']]).toEqual([200, expect.stringContaining('immutable')]);
  });

  test('data opened as a page may run nothing, and says what it is', async () => {
    for (const path of [...DATA, ...PROBLEMS]) {
      const { headers } = await ask(path);
      expect([path, headers['content-security-policy']]).toEqual([path, DATA_POLICY]);
      expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff']);
      const type = String(headers['content-type']);
      expect([path, type]).toEqual([
        path,
        expect.stringMatching(/^(application\/(problem\+)?json$|.*; charset=utf-8)/),
      ]);
      expect([path, type]).not.toEqual([path, expect.stringMatching(/html|javascript|css|svg/)]);
    }
    for (const path of PAGES) {
      const type = (await ask(path)).headers['content-type'];
      expect([path, type]).toEqual([path, 'text/html; charset=utf-8']);
    }
  });
});

describe('what is not there', () => {
  test('no file of the machine or of the repository is served, and no folder is listed', async () => {
    const own = await ask('/icon.svg');
    expect([own.status, own.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    for (const path of [
      ...['/.git/config', '/.git/HEAD', '/.env', '/.env.example', '/package.json', '/server.ts'],
      ...['/dist/server.js', '/lib/config.ts', '/.next/BUILD_ID', '/_next/BUILD_ID', '/etc/passwd'],
      ...['/_next/static', '/_next/static/chunks', '/_next/server/pages-manifest.json'],
      ...['/_next/static/../../package.json', '/_next/static/..%2f..%2fpackage.json'],
      ...[
        '/..%2f..%2fetc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/_next/static/%2e%2e/package.json',
      ],
      '/_next/image?url=%2Ficon.svg&w=64&q=75',
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
  });

  test('TRACE and its like are refused, and repeat nothing of what was sent', async () => {
    const asked = [
      ...[...PAGES, ...DATA].flatMap((path) => ['TRACE', 'PROPFIND'].map((by) => [by, path])),
      ...PAGES.flatMap((path) => ['PUT', 'DELETE'].map((by) => [by, path])),
    ];
    const headers = { 'content-type': 'application/json', 'x-secret': 'hunter2' };
    for (const [method = '', path = ''] of asked) {
      const { status, text } = await ask(path, headers, method);
      expect([method, path, status]).toEqual([method, path, 405]);
      expect(text).toContain('"method_not_allowed"');
      expect(text).not.toContain('hunter2');
    }
    expect(stack.dashboard.logs()).not.toContain('"level":50');
  });
});

describe('where a request begins and ends', () => {
  const host = 'host: localhost\r\n';
  const post = `POST /api/tasks HTTP/1.1\r\n${host}content-type: application/json\r\n`;
  const hidden = `GET /health HTTP/1.1\r\n${host}connection: close\r\n\r\n`;

  test.each([
    ['two lengths', `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    [
      'a length and chunks',
      `${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['an unknown coding', `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a coding behind chunked', `${post}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a name with a space', `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['a length with a sign', `${post}content-length: +2\r\n\r\n{}`],
    ['a wrong chunk', `${post}transfer-encoding: chunked\r\n\r\n2z\r\n{}\r\n0\r\n\r\n`],
    ['a folded header', `GET /health HTTP/1.1\r\n${host}x: a\r\n b\r\n\r\n`],
    ['line ends without CR', 'GET /health HTTP/1.1\nhost: localhost\n\n'],
    ['a CR within a header', `GET /health HTTP/1.1\r\n${host}x: a\rb\r\n\r\n`],
  ])('is in no doubt: %s ends the connection, and what follows is no request', async (_, raw) => {
    const text = await sendRaw(stack.dashboard.port, raw + hidden);
    expect(text).toMatch(/HTTP\/1\.1 400 /);
    expect(text).not.toContain('healthy');
    expect(await sendRaw(stack.dashboard.port, hidden)).toContain('"status":"healthy"');
  });

  test('a header that stands twice is no way past what looks at it', async () => {
    const twice = (line: string) =>
      sendRaw(
        stack.dashboard.port,
        `GET /api/streams HTTP/1.1\r\n${host}${line}connection: close\r\n\r\n`,
      );
    const bearer = `authorization: Bearer ${TOKEN}\r\n`;
    expect(await twice(bearer)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await twice(`${bearer}host: evil.example\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    const origin = `origin: ${stack.base}\r\norigin: http://evil.example\r\n`;
    expect(await twice(bearer + origin)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await twice(`${bearer}authorization: Bearer x\r\n`)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('signing in', () => {
  const statusOf = async (cookie: string) =>
    (await send(stack.base, '/api/streams', { headers: { cookie } })).status;

  /** Signs in at the provider in this browser. */
  async function signInThere(jar: CookieJar): Promise<string> {
    const begun = await jar.send(`${stack.base}/sign-in/start`);
    const authorize = new URL(String(begun.headers.location));
    const asked = await jar.send(authorize.href);
    const login = new URL(String(asked.headers.location), authorize);
    // A provider that knows somebody asks nothing.
    const isKnown = login.origin === stack.base;
    const answered = isKnown
      ? asked
      : await jar.send(login.href, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'name=vera',
        });
    const resumed = isKnown
      ? answered
      : await jar.send(new URL(String(answered.headers.location), authorize).href);
    expect((await jar.send(String(resumed.headers.location))).status).toBe(200);
    return jar.cookiesOf(stack.base);
  }

  test('makes a new session each time, and the one this browser had before is over', async () => {
    const first = await signIn(stack.base, ANN);
    const elsewhere = await signIn(stack.base, ANN);
    expect(elsewhere).not.toBe(first);
    const { name, password } = ANN;
    const wrong = await sendSignIn(stack.base, { name, password: 'x' }, { cookie: first });
    expect([wrong.status, await statusOf(first)]).toEqual([303, 200]);
    const again = await sendSignIn(stack.base, { name, password }, { cookie: first });
    const second = again.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(await Promise.all([first, second, elsewhere].map(statusOf))).toEqual([401, 200, 200]);
    // At the provider too, whoever had the session before.
    const jar = new CookieJar();
    jar.set(stack.base, 'shield_session', second.replace(/^[^=]+=/, ''));
    const third = await signInThere(jar);
    expect(await Promise.all([second, third, elsewhere].map(statusOf))).toEqual([401, 200, 200]);
    const fourth = await signInThere(jar);
    expect(await Promise.all([third, fourth].map(statusOf))).toEqual([401, 200]);
  });

  test('asks for a name and a password alone, as password managers know them', async () => {
    const { text } = await send(stack.base, '/sign-in');
    const inputs = text.match(/<input\b[^>]*>/g) ?? [];
    const named = inputs.filter((input) => !input.includes('type="hidden"'));
    expect(named).toHaveLength(2);
    expect(named[0]).toMatch(/name="name"/);
    expect(named[0]).toMatch(/autocomplete="username"/i);
    expect(named[1]).toMatch(/type="password"/);
    expect(named[1]).toMatch(/autocomplete="current-password"/i);
    expect(text).not.toMatch(/onpaste|hint|secret question/i);
  });
});
