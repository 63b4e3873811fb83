import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { type HttpRequest, postJson, send } from '@/e2e/support/http-client';
import { logEntries } from '@/e2e/support/log-lines';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade, WebSocketClient } from '@/e2e/support/websocket-client';

/** The proxy; whoever comes from another address of this machine is none. */
const PROXY = '127.0.0.2';
const QUEUE = 'shield:ingestion_queue';
const TASK = { content: 'x', source_uri: 'file:///x', source_type: 'text' };
/** What anybody might send to be taken for somebody who came by the proxy. */
const SPOOFS: Record<string, string>[] = [
  {},
  { 'x-forwarded-for': PROXY },
  { 'x-forwarded-for': `198.51.100.9, ${PROXY}` },
  { 'x-client-address': PROXY },
  { 'x-client-address': PROXY, 'x-forwarded-for': PROXY, 'x-real-ip': PROXY },
  { forwarded: `for=${PROXY}`, via: `1.1 ${PROXY}`, 'client-ip': PROXY },
  { 'x-forwarded-host': PROXY, 'x-original-forwarded-for': PROXY, 'true-client-ip': PROXY },
  { connection: 'x-client-address', 'x-client-address': PROXY },
  { authorization: 'Bearer ada', cookie: 'shield_session=ada; x-forwarded-user=ada' },
];
const ADA = { 'x-forwarded-user': 'ada', 'x-forwarded-role': 'admin' };
/** A page, data through Next, data and a feed on the plain response, and what others scrape. */
const PATHS = ['/', '/audit', '/api/streams', '/api/audit', '/events/stats', '/metrics'];

let stack: Stack;

beforeAll(async () => {
  const env = { TRUSTED_PROXY_USER_HEADER: 'X-Forwarded-User', TRUSTED_PROXY_PEERS: PROXY };
  stack = await startStack({ dashboard: { env } });
});
afterAll(() => stack.stop());

const byProxy = (path: string, headers: Record<string, string>, rest: HttpRequest = {}) =>
  send(stack.base, path, { ...rest, headers, localAddress: PROXY });
const asJson = { 'content-type': 'application/json' };
const enqueueByProxy = (headers: Record<string, string>) =>
  byProxy('/api/tasks', { ...asJson, ...headers }, { method: 'POST', body: JSON.stringify(TASK) });

test('the mode is the first thing the process says', () => {
  expect(logEntries(stack.dashboard)[0]).toMatchObject({
    access: { mode: 'proxy', readOnly: false },
    msg: 'access: a trusted proxy says who asks',
  });
});

describe('who does not come by the proxy', () => {
  test('is nobody, whatever headers come along', async () => {
    for (const path of [...PATHS, '/events/stream', '/health/detailed', '/no/such/page']) {
      for (const spoof of SPOOFS) {
        const headers = { ...ADA, ...spoof };
        const answer = await send(stack.base, path, { headers });
        expect([path, spoof, answer.status]).toEqual([path, spoof, 401]);
        expect(answer.json()).toMatchObject({ code: 'unauthenticated' });
      }
    }
    for (const spoof of SPOOFS) {
      // An upgrade has a `Connection` of its own.
      const headers = { ...ADA, ...spoof, connection: 'Upgrade' };
      const { status, text } = await refusedUpgrade(stack.base, '/events/ws', headers);
      expect([spoof, status]).toEqual([spoof, 401]);
      expect(JSON.parse(text)).toMatchObject({ code: 'unauthenticated' });
      const posted = await postJson(stack.base, '/api/tasks', TASK, { ...ADA, ...spoof });
      expect([spoof, posted.status]).toEqual([spoof, 401]);
    }
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(0);
  });

  test('is shown no sign-in that would lead nowhere', async () => {
    const page = await send(stack.base, '/jobs', { headers: { ...ADA, accept: 'text/html' } });
    expect([page.status, page.headers.location]).toEqual([401, undefined]);
    const given = { name: 'ada', password: 'x' };
    expect((await postJson(stack.base, '/api/session', given)).status).toBe(404);
  });
});

describe('who comes by the proxy', () => {
  test('has the role it says, and the least one where it says none', async () => {
    const as = (role?: string) => ({
      'x-forwarded-user': 'otto',
      ...(role && { 'x-forwarded-role': role }),
    });
    for (const [headers, audit] of [
      [as('viewer'), 403],
      [as(), 403],
      [as('operator'), 200],
      [as('Admin'), 200],
    ] as const) {
      for (const path of PATHS) {
        const { status } = await byProxy(path, headers);
        const wanted = path.includes('audit') ? audit : 200;
        expect([headers, path, status]).toEqual([headers, path, wanted]);
      }
    }
    expect((await enqueueByProxy(as())).status).toBe(403);
    expect((await enqueueByProxy(as('operator'))).status).toBe(201);
    expect(await stack.redis.command('XLEN', QUEUE)).toBe(1);
    const { text } = await byProxy('/tasks', as('operator'));
    expect(text).toContain('aria-label="Account: otto, operator"');
  });

  test('is nobody without a name, or with two, or with a role there is not', async () => {
    const unknown: Record<string, string>[] = [
      {},
      { 'x-forwarded-role': 'admin' },
      { 'x-forwarded-user': '' },
      { 'x-forwarded-user': 'ann, ada' },
      { 'x-forwarded-user': '<b>ada</b>' },
      { ...ADA, 'x-forwarded-role': 'root' },
      { ...ADA, 'x-forwarded-role': 'viewer, admin' },
    ];
    for (const headers of unknown) {
      for (const path of PATHS) {
        expect([path, (await byProxy(path, headers)).status]).toEqual([path, 401]);
      }
    }
  });

  test('has the live feed by SSE and by WebSocket, each by the same rule', async () => {
    const audit = '?stream=shield-dashboard%3Aaudit';
    const viewer = { 'x-forwarded-user': 'vera' };
    const sse = await SseClient.open(stack.base, '/events/stream', viewer, PROXY);
    const socket = await WebSocketClient.open(stack.base, '/events/ws', viewer, PROXY);
    for (const client of [sse, socket]) {
      await client.next('dashboard.hello');
      client.close();
    }
    expect((await byProxy(`/events/stream${audit}`, viewer)).status).toBe(403);
    const refused = WebSocketClient.open(stack.base, `/events/ws${audit}`, viewer, PROXY);
    await expect(refused).rejects.toThrow('403');
    const allowed = await SseClient.open(stack.base, `/events/stream${audit}`, ADA, PROXY);
    expect(allowed.status).toBe(200);
    allowed.close();
    const nobody = WebSocketClient.open(stack.base, '/events/ws', {}, PROXY);
    await expect(nobody).rejects.toThrow('401');
  });

  test('is written down with their own address, which the proxy tells and they cannot', async () => {
    // The last one that is not the proxy's counts: what stands before it anybody may have sent.
    const forwarded = { 'x-forwarded-for': `203.0.113.1, 198.51.100.9, ${PROXY}` };
    const headers = { 'x-forwarded-user': 'amy', 'x-forwarded-role': 'operator', ...forwarded };
    expect((await enqueueByProxy(headers)).status).toBe(201);
    await eventually(async () => {
      const { json } = await byProxy('/api/audit?actor=amy&outcome=done', ADA);
      expect(json()).toMatchObject({
        acts: [{ role: 'operator', via: 'proxy', address: '198.51.100.9', action: 'task.enqueue' }],
      });
    });
  });
});
