import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { styledTags } from '@/e2e/support/context-watch';
import { eventually } from '@/e2e/support/eventually';
import { type HttpAnswer, postJson, send } from '@/e2e/support/http-client';
import { accessLines, logEntries } from '@/e2e/support/log-lines';
import { sendRaw } from '@/e2e/support/raw-request';
import { addEvent } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { restartRedis, type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const PASSWORD = `p@ss:w/rd %41 "quoted" 'x' #?&=+ ümläut`;
/** The password in every form it could slip out in. */
const SECRETS = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  JSON.stringify(PASSWORD).slice(1, -1),
  encodeURI(PASSWORD),
  Buffer.from(PASSWORD).toString('base64'),
];

const turn = z.object({ redis: z.string(), code: z.string().optional() });

let stack: Stack;
/** Everything the server ever answered here: no secret may stand in it. */
const answered: HttpAnswer[] = [];

beforeAll(async () => {
  stack = await startStack({ redis: { password: PASSWORD } });
});
afterAll(() => stack.stop());

async function ask(path: string, options?: Parameters<typeof send>[2]): Promise<HttpAnswer> {
  const answer = await send(stack.base, path, options);
  answered.push(answer);
  return answer;
}

/** One address of each kind: page, missing page, static file, data, problem, stream. */
async function oneOfEach(): Promise<string[]> {
  const { text } = await ask('/');
  const asset = /\/_next\/static\/[^"]+\.js/.exec(text)?.[0] ?? 'the page names no script';
  return [
    ...['/', '/no/such/page', asset, '/_next/static/none.js', '/icon.svg', '/favicon.ico'],
    ...['/health', '/health/detailed', '/events/stats', '/events/ws', '/api/streams', '/api/none'],
    ...['/api/streams/none', '/api/tasks', '/events/stream?last_id=x'],
  ];
}

describe('who is served', () => {
  test('a foreign Host is refused everywhere, pages and files too', async () => {
    for (const path of await oneOfEach()) {
      const answer = await ask(path, { headers: { host: 'evil.example' } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.json()).toMatchObject({ code: 'foreign_host' });
    }
  });

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.1.2.3:9', '[::1]:3000', 'x.localhost'])(
    'the Host %s is served',
    async (host) => {
      expect((await ask('/health', { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    ...['127.0.0.1.evil.example', 'localhost.evil.example', 'evil.example:3000', '10.0.0.1'],
    ...['evil@localhost', 'localhost#', '127.0.0.1:port', 'localhost,evil.example', '::1'],
  ])('the Host "%s" is not', async (host) => {
    expect((await ask('/health', { headers: { host } })).status).toBe(403);
  });

  test('a request without Host is refused', async () => {
    expect(await sendRaw(stack.dashboard.port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    const { port } = stack.dashboard;
    expect(await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403/);
    const empty = 'GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n';
    expect(await sendRaw(port, empty)).toMatch(/^HTTP\/1.1 403/);
  });

  test('a foreign Origin is refused for reading as well', async () => {
    for (const path of ['/', '/health', '/api/streams', '/events/stream']) {
      const answer = await ask(path, { headers: { origin: 'http://evil.example' } });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await ask('/health', { headers: { origin: stack.base } })).status).toBe(200);
  });
});

describe('headers', () => {
  test('security headers stand on every answer', async () => {
    const answers = [...(await oneOfEach()).map((path) => ask(path))];
    const foreign = ask('/', { headers: { host: 'evil.example' } });
    for (const { headers, text, status } of await Promise.all([...answers, foreign])) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
      if (status === 500) throw new Error(text);
    }
    const stream = await SseClient.open(stack.base);
    expect(stream.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.any(String),
    });
    stream.close();
  });

  test('scripts run by nonce alone: another one each time, on every script of the page; and no style is inline', async () => {
    const nonces = new Set<string>();
    const stream = '/streams/shield:events';
    const group = `${stream}/groups/ag-ui-frontend`;
    for (const path of ['/', '/', '/no/such/page', '/events', '/tasks', stream, group, '/jobs']) {
      const { headers, text } = await ask(path);
      const policy = String(headers['content-security-policy']);
      const directives = new Map(
        policy.split('; ').map((directive): [string, string] => {
          const [name = '', ...values] = directive.split(' ');
          return [name, values.join(' ')];
        }),
      );
      const scripts = directives.get('script-src') ?? '';
      expect(scripts).not.toMatch(/unsafe-inline|unsafe-eval|\*|https?:|data:/);
      expect(directives.get('object-src')).toBe("'none'");
      expect(directives.get('base-uri')).toBe("'none'");
      const nonce = /'nonce-([^']{20,})'/.exec(scripts)?.[1] ?? '';
      expect(nonces).not.toContain(nonce);
      nonces.add(nonce);
      const tags = text.match(/<script\b[^>]*>/g) ?? [];
      expect(tags.length).toBeGreaterThan(3);
      for (const tag of tags) expect(tag).toContain(`nonce="${nonce}"`);
      expect(text).not.toMatch(/\son[a-z]+="|javascript:/i);
      expect(directives.get('style-src')).toBe(`'self' 'nonce-${nonce}'`);
      expect(styledTags(text)).toEqual([]);
      expect(text).not.toContain('<style');
    }
  });

  test('a request id from outside is not taken over', async () => {
    const answer = await ask('/api/none', { headers: { 'x-request-id': 'forged\u0009id' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.json()).toMatchObject({ request_id: answer.headers['x-request-id'] });
  });

  test("a request that claims to be Next's own is a request like any other", async () => {
    const headers = { 'x-middleware-subrequest': 'proxy:proxy:proxy', host: 'evil.example' };
    expect((await ask('/', { headers })).status).toBe(403);
  });
});

describe('the access log', () => {
  test('has every field on every line, for aborted and odd requests as well', async () => {
    const { port } = stack.dashboard;
    await ask('/health?secret=in-the-query');
    await ask(`/${'long'.repeat(1_000)}`);
    for (const path of ['//', '/%ff', '/%00', '/a%2fb', '/..%2f..%2fetc/passwd', '/?', '/\\evil']) {
      expect((await ask(path)).status).toBeLessThan(500);
    }
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
      expect((await ask('/api/tasks', { method })).status).toBeLessThan(500);
    }
    await sendRaw(port, 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    await sendRaw(
      port,
      'GET http://localhost/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    );
    await sendRaw(port, 'GET /health HTTP/1.0\r\nhost: localhost\r\n\r\n');
    await sendRaw(port, 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n');
    expect(await sendRaw(port, '\u0000\u0001 garbage\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await sendRaw(port, `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431/,
    );
    // Gone in the middle of an answer, of a body, of an upgrade, and before the answer.
    const stream = await SseClient.open(stack.base, '/events/stream?aborted=1');
    stream.abort();
    const upload = request(`${stack.base}/api/tasks?aborted=2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    });
    upload.on('error', () => undefined);
    // `bytesWritten` counts what still waits for the connection.
    await new Promise((resolve) => upload.write('{"content":', resolve));
    upload.destroy();
    const socket = await WebSocketClient.open(stack.base);
    socket.close();
    const early = connect({ port, host: '127.0.0.1' });
    early.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n', () => early.resetAndDestroy());
    early.on('error', () => undefined);

    const aborted = ['/events/stream', '/api/tasks'];
    const lines = await eventually(() => {
      const all = accessLines(stack.dashboard);
      const incomplete = all.filter(({ complete }) => !complete).map(({ path }) => path);
      expect(incomplete).toEqual(expect.arrayContaining(aborted));
      expect(all.map(({ path, status }) => `${path} ${status}`)).toContain('/events/ws 101');
      return all;
    });
    for (const { client, peer, complete } of lines) {
      // Of a peer that hung up before its request was looked at nothing is known any more.
      expect(complete ? ['127.0.0.1'] : ['127.0.0.1', 'unknown']).toContain(client);
      expect(peer).toBe(client);
    }
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(lines.length);
    expect(lines.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['GET', 'HEAD', 'OPTIONS', 'PUT', 'TRACE', 'PROPFIND']),
    );
    expect(logEntries(stack.dashboard).filter(({ msg }) => msg === 'unreadable request')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ client: '127.0.0.1', code: expect.stringMatching(/^HPE_/) }),
      ]),
    );
    expect(stack.dashboard.logs()).not.toContain('in-the-query');
    expect((await ask('/health')).status).toBe(200);
  });

  test('names the request whose answer it is', async () => {
    const answer = await ask('/api/streams/none');
    await eventually(() => {
      const line = accessLines(stack.dashboard).find(
        ({ request_id }) => request_id === answer.headers['x-request-id'],
      );
      expect(line).toMatchObject({ method: 'GET', path: '/api/streams/none', status: 404 });
    });
  });
});

describe('the password of Redis', () => {
  test('a right one with every special character opens Redis and stands nowhere', async () => {
    await eventually(async () =>
      expect((await ask('/health/detailed')).json()).toMatchObject({ redis: { status: 'up' } }),
    );
    for (const path of await oneOfEach()) await ask(path);
    await stack.redis.command('CONFIG', 'SET', 'maxmemory', '1');
    answered.push(await postJson(stack.base, '/api/tasks', { content: 'x' }));
    await stack.redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await stack.redis.kill();
    for (const path of await oneOfEach()) await ask(path);
    answered.push(
      await postJson(stack.base, '/api/tasks', {
        ...{ content: 'x', source_uri: 'file:///x', source_type: 'text' },
      }),
    );
    await restartRedis(stack.redis);
    expectNoSecrets(stack.dashboard.logs(), SECRETS);
    for (const { text, headers } of answered) {
      expectNoSecrets(text + JSON.stringify(headers), SECRETS);
    }
  });

  test('a wrong one is named as the trouble, and not repeated', async () => {
    const wrong = 'wr0ng/p@ss %41"';
    const secrets = [wrong, encodeURIComponent(wrong), JSON.stringify(wrong).slice(1, -1)];
    const { port } = stack.redis;
    const dashboard = await startDashboard({
      redisUrl: `redis://:${encodeURIComponent(wrong)}@127.0.0.1:${port}`,
      env: { LOG_LEVEL: 'trace' },
    });
    try {
      const detailed = await eventually(async () => {
        const answer = await send(dashboard.url, '/health/detailed');
        expect(answer.json()).toMatchObject({
          status: 'degraded',
          redis: { status: 'down', code: 'redis_auth_failed' },
        });
        return answer;
      });
      const stream = await SseClient.open(dashboard.url);
      expect(await stream.next('dashboard.status')).toMatchObject({
        data: { redis: 'down', code: 'redis_auth_failed' },
      });
      stream.close();
      const task = { content: 'x', source_uri: 'file:///x', source_type: 'text' };
      const posted = await postJson(dashboard.url, '/api/tasks', task);
      expect([posted.status, posted.json()]).toMatchObject([503, { code: 'redis_auth_failed' }]);
      const page = await send(dashboard.url, '/');
      expect(page.status).toBe(200);
      for (const { text } of [detailed, posted, page]) expectNoSecrets(text, secrets);
    } finally {
      await dashboard.stop();
    }
    expectNoSecrets(dashboard.logs(), secrets);
  });

  function expectNoSecrets(text: string, secrets: string[]): void {
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
});

describe('starting', () => {
  test('with a wrong configuration: every mistake in one message, exit status 1', async () => {
    const failed = await startDashboard({
      redisUrl: 'http://:very-secret@127.0.0.1/x',
      waitUntilHealthy: false,
      env: {
        PORT: '70000',
        BOOTSTRAP_GROUPS: '{"a":"b"}',
        REDIS_CA_FILE: '/absent/ca.pem',
        STREAM_MAXLEN: '0',
        LOG_LEVEL: 'loud',
      },
    });
    expect(await failed.exited).toEqual({ code: 1, signal: null });
    const log = failed.logs();
    for (const variable of [
      ...['PORT', 'REDIS_URL', 'REDIS_CA_FILE', 'BOOTSTRAP_GROUPS', 'STREAM_MAXLEN', 'LOG_LEVEL'],
    ]) {
      expect(log).toMatch(new RegExp(`^  ${variable}: `, 'm'));
    }
    expect(log).not.toContain('very-secret');
    expect(log).not.toMatch(/^\s+at /m);
    await failed.stop();
  });

  test('on a port in use: a clear message, exit status 1', async () => {
    const second = await startDashboard({
      redisUrl: stack.redis.url,
      port: stack.dashboard.port,
      waitUntilHealthy: false,
    });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(logEntries(second).at(-1)).toMatchObject({
      code: 'EADDRINUSE',
      msg: expect.stringContaining(`127.0.0.1:${stack.dashboard.port}`),
    });
    await second.stop();
    expect((await ask('/health')).status).toBe(200);
  });

  test('while Redis is away: it listens, says so, and makes the groups once Redis is there', async () => {
    const redis = await startRedisServer();
    await redis.kill();
    const dashboard = await startDashboard({ redisUrl: redis.url });
    try {
      expect((await send(dashboard.url, '/')).status).toBe(200);
      expect((await send(dashboard.url, '/events/stats')).json()).toMatchObject({
        redis: { status: 'down', code: 'redis_unreachable' },
        streams: {
          'shield:ingestion_queue': { first_entry: null, last_entry: null, consumer_groups: [] },
          'shield:events': { first_entry: null, last_entry: null, consumer_groups: [] },
        },
      });
      const stream = await SseClient.open(dashboard.url);
      expect(await stream.next('dashboard.status')).toMatchObject({ data: { redis: 'down' } });
      await restartRedis(redis);
      await eventually(async () => {
        expect(await redis.command('XINFO', 'GROUPS', 'shield:events')).toHaveLength(4);
      });
      await eventually(() => {
        expect(stream.named('dashboard.status').at(-1)?.data).toEqual({
          ...{ redis: 'up', since: expect.any(String) },
        });
      });
      // Each turn is told once; between the two Redis may be down for another reason.
      const turns = stream.named('dashboard.status').map(({ data }) => turn.parse(data));
      for (const [at, { redis, code }] of turns.entries()) {
        expect({ redis, code }).not.toEqual(turns[at - 1]);
      }
      const id = await addEvent(redis, 'shield:events', 'first.ever');
      await stream.untilEntries(1);
      expect(stream.ids).toEqual([id]);
      stream.close();
    } finally {
      await dashboard.stop();
      await redis.stop();
    }
  });
});
