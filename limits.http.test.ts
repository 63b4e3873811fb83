import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { addHeldEntries, holdAnswer } from '@/e2e/support/held-answer';
import { postJson, send } from '@/e2e/support/http-client';
import { type Person, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { sendRaw } from '@/e2e/support/raw-request';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade, WebSocketClient } from '@/e2e/support/websocket-client';
import { URL_CHARS_MAX } from '@/lib/http/guard';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const OPERATOR: Person = { name: 'otto', role: 'operator', password: 'otto runs it all' };
const OTHER: Person = { name: 'olga', role: 'operator', password: 'olga runs it too' };
const TOKEN = 'shield_of-a-script-that-looks-on';
const ADMIN = 'shield_of-somebody-who-reveals';
const TASK = { content: 'x', source_uri: 'file:///x', source_type: 'text' };
const PER_USER = 2;
const SCANS = 3;

let stack: Stack;
let otto: { cookie: string };
let olga: { cookie: string };

beforeAll(async () => {
  const env = {
    USERS: [
      ...[OPERATOR, OTHER].map(userLine),
      tokenLine('script', 'viewer', TOKEN),
      tokenLine('root', 'admin', ADMIN),
    ].join(),
    FEED_SUBSCRIBERS_PER_USER_MAX: String(PER_USER),
    SCANS_PER_USER_MAX: String(PER_USER),
    SCANS_MAX: String(SCANS),
    WRITES_PER_MINUTE_PER_USER: '1',
  };
  stack = await startStack({ dashboard: { env } });
  otto = { cookie: await signIn(stack.base, OPERATOR) };
  olga = { cookie: await signIn(stack.base, OTHER) };
});
afterAll(() => stack.stop());

describe('an address', () => {
  const long = `/api/streams?q=${'x'.repeat(URL_CHARS_MAX)}`;

  test.each([
    long,
    long.replace('/api/streams', '/events/stats'),
    long.replace('/api/streams', '/'),
  ])('that is too long is refused with a code: %.20s', async (path) => {
    const answer = await send(stack.base, path, { headers: otto });
    expect([answer.status, answer.json()]).toMatchObject([414, { code: 'url_too_long' }]);
  });

  test('of a WebSocket likewise', async () => {
    const { status, text } = await refusedUpgrade(
      stack.base,
      long.replace('/api/streams', '/events/ws'),
    );
    expect([status, JSON.parse(text)]).toMatchObject([414, { code: 'url_too_long' }]);
  });

  test('as long as the longest filter is taken', async () => {
    // 1,000 characters of three bytes, nine characters each in an address.
    const filter = encodeURIComponent(`"${'語'.repeat(998)}"`);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const path = `/events/stream?filter=${filter}`;
    const client = await SseClient.open(stack.base, path, headers);
    expect(client.status).toBe(200);
    client.close();
  });
});

describe('headers', () => {
  test('that are too large are refused with a code', async () => {
    const raw = await sendRaw(
      stack.dashboard.port,
      `GET / HTTP/1.1\r\nhost: localhost\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1.1 431 /);
    expect(raw).toContain('"code":"headers_too_large"');
    expect(raw).toContain('x-content-type-options: nosniff');
  });

  test.each(['cookie', 'last-event-id', 'authorization'])(
    'of 100 kB and of a megabyte (%s) harm nobody else',
    async (name) => {
      for (const size of [100_000, 1_000_000]) {
        const outcome = await send(stack.base, '/', { headers: { [name]: 'x'.repeat(size) } })
          .then(({ status }) => status)
          // The server may hang up before all of it is sent.
          .catch((error: NodeJS.ErrnoException) => error.code);
        expect([431, 'EPIPE', 'ECONNRESET']).toContain(outcome);
      }
      expect((await send(stack.base, '/health')).status).toBe(200);
    },
  );
});

test('a user has so many live connections over both transports, a token its own', async () => {
  const open = [
    await SseClient.open(stack.base, '/events/stream', otto),
    await WebSocketClient.open(stack.base, '/events/ws', otto),
  ];
  const refused = await send(stack.base, '/events/stream', { headers: otto });
  expect([refused.status, refused.json()]).toMatchObject([429, { code: 'user_limit' }]);
  expect(refused.headers['retry-after']).toBe('10');
  await expect(WebSocketClient.open(stack.base, '/events/ws', otto)).rejects.toThrow(/429/);
  const others = [
    await SseClient.open(stack.base, '/events/stream', olga),
    await SseClient.open(stack.base, '/events/stream', { authorization: `Bearer ${TOKEN}` }),
  ];
  expect(others.map(({ status }) => status)).toEqual([200, 200]);
  open[0]?.close();
  await eventually(async () => {
    const again = await SseClient.open(stack.base, '/events/stream', otto);
    again.close();
    expect(again.status).toBe(200);
  });
  for (const client of [...open, ...others]) client.close();
});

test('changes are limited by user, and say when the next may come', async () => {
  const enqueue = (who: { cookie: string }) => postJson(stack.base, '/api/tasks', TASK, who);
  expect((await enqueue(otto)).status).toBe(201);
  const refused = await enqueue(otto);
  expect([refused.status, refused.json()]).toMatchObject([429, { code: 'write_limit' }]);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await enqueue(olga)).status).toBe(201);
  expect(await stack.redis.command('XLEN', 'shield:ingestion_queue')).toBe(2);
  // To look costs nothing of it.
  expect((await send(stack.base, '/api/streams', { headers: otto })).status).toBe(200);
});

test('what is revealed is limited like a change: each leaves a record', async () => {
  const id = await stack.redis.command('XADD', 'revealed', '*', 'a', 'b');
  const root = { authorization: `Bearer ${ADMIN}` };
  const reveal = () => postJson(stack.base, `/api/streams/revealed/entries/${id}/reveal`, {}, root);
  expect((await reveal()).status).toBe(200);
  const refused = await reveal();
  expect([refused.status, refused.json()]).toMatchObject([429, { code: 'write_limit' }]);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(
    (await send(stack.base, `/api/streams/revealed/entries/${id}`, { headers: root })).status,
  ).toBe(200);
});

test('searches and downloads at once are limited by user and in all, and say when to come again', async () => {
  await addHeldEntries(stack.redis, 'held');
  const ways = ['/api/streams/held/download', '/api/streams/held/search?limit=1000'];
  const [download = '', search = ''] = ways;
  const held = [];
  for (const path of ways) held.push(await holdAnswer(stack.base, path, otto));
  for (const path of [...ways, '/api/audit/download']) {
    const refused = await send(stack.base, path, { headers: otto });
    expect([refused.status, refused.json()]).toMatchObject([429, { code: 'user_limit' }]);
    expect(refused.headers['retry-after']).toBe('10');
  }
  held.push(await holdAnswer(stack.base, download, olga));
  const script = { authorization: `Bearer ${TOKEN}` };
  for (const path of ways) {
    const refused = await send(stack.base, path, { headers: script });
    expect([refused.status, refused.json()]).toMatchObject([503, { code: 'scan_limit' }]);
    expect(refused.headers['retry-after']).toBe('10');
  }
  expect(held.map(({ status }) => status)).toEqual([200, 200, 200]);
  // A place is given back by whoever leaves.
  held[0]?.leave();
  const next = await eventually(async () => {
    const answer = await holdAnswer(stack.base, search, script);
    if (answer.status !== 200) answer.leave();
    expect(answer.status).toBe(200);
    return answer;
  });
  for (const answer of [...held, next]) answer.leave();
});

/** Sends `head`, then a byte now and then; resolves with all that came when the server hung up. */
function dribble(port: number, head: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    const timer = setInterval(() => socket.write('x'), 100);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    // A byte that is under way when the server hangs up.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
    socket.write(head);
  });
}

test('a client that is slow with its headers, its body or its next request is cut', async () => {
  // Long enough for whoever is not slow on purpose.
  const env = { HEADERS_TIMEOUT_MS: '3000', REQUEST_TIMEOUT_MS: '4000' };
  const { port, logs, stop } = await startDashboard({ redisUrl: stack.redis.url, env });
  try {
    const post = [
      'POST /api/tasks HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      'content-length: 100000',
    ];
    const feed = 'GET /events/stream HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const added = await stack.redis.command('XLEN', 'shield:ingestion_queue');
    const [headers, body, next] = await Promise.all([
      dribble(port, 'GET /health HTTP/1.1\r\nhost: localhost\r\nx-slow: '),
      dribble(port, `${post.join('\r\n')}\r\n\r\n{"content":"`),
      dribble(port, `${feed}GET /health HTTP/1.1\r\nx-slow: `),
    ]);
    for (const text of [headers, body]) {
      expect(text).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
    }
    // A live feed before it ends with it, and gets nothing that is not its own.
    expect(next).toMatch(/^HTTP\/1.1 200 OK/);
    expect(next).not.toContain('408');
    expect(await stack.redis.command('XLEN', 'shield:ingestion_queue')).toBe(added);
    await stop();
    // Nothing of it is a failure of ours.
    expect(logs()).not.toContain('"level":50');
  } finally {
    await stop();
  }
});
