import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postJson, send } from '@/e2e/support/http-client';
import { logEntries } from '@/e2e/support/log-lines';
import { userLine } from '@/e2e/support/people';
import { type DashboardProcess, type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const ANN = userLine({ name: 'ann', role: 'viewer', password: 'ann needs a long one' });

/** On this machine alone, as it is by default. */
let stack: Stack;
/** On every address, because that was said to be meant. */
let open: DashboardProcess;

beforeAll(async () => {
  stack = await startStack();
  const env = { HOST: '0.0.0.0', INSECURE_NO_AUTH: 'true', ALLOWED_HOSTS: 'dash.example.com' };
  open = await startDashboard({ redisUrl: stack.redis.url, env });
});
afterAll(async () => {
  await open.stop();
  await stack.stop();
});

const FOREIGN = ['evil.example', '127.0.0.1.evil.example', 'dash.example.com.evil.example'];

test('without users the mode is the first thing the process says, in words too', () => {
  for (const dashboard of [stack.dashboard, open]) {
    expect(logEntries(dashboard)[0]).toMatchObject({
      access: { mode: 'none', readOnly: false, readOnlyStreams: [] },
      msg: 'access: nobody is asked who they are; whoever reaches this address may do everything',
    });
  }
  const listening = (dashboard: DashboardProcess) =>
    logEntries(dashboard).find(({ msg }) => msg === 'listening');
  expect(listening(stack.dashboard)).toMatchObject({ address: { address: '127.0.0.1' } });
  expect(listening(open)).toMatchObject({ address: { address: '0.0.0.0' } });
});

test('INSECURE_NO_AUTH=true really listens for others', async () => {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.filter(({ family, internal }) => family === 'IPv4' && !internal);
  // A machine without a network has none but loopback's.
  for (const { address } of [{ address: '127.0.0.3' }, ...own]) {
    const base = `http://${address}:${open.port}`;
    const headers = { host: `dash.example.com:${open.port}` };
    expect((await send(base, '/api/streams', { headers })).status).toBe(200);
    // The default listens on loopback alone.
    await expect(send(`http://${address}:${stack.dashboard.port}`, '/health')).rejects.toThrow(
      'ECONNREFUSED',
    );
  }
});

test.each([
  ['this machine alone', () => stack.base],
  ['everybody', () => open.url],
])('a name rebound to the address of a dashboard for %s is refused', async (_, base) => {
  const task = { content: 'x', source_uri: 'file:///x', source_type: 'text' };
  for (const host of FOREIGN) {
    const headers = { host };
    for (const path of ['/', '/api/streams', '/events/stats', '/events/stream', '/health']) {
      const answer = await send(base(), path, { headers });
      expect([host, path, answer.status]).toEqual([host, path, 403]);
      expect(answer.json()).toMatchObject({ code: 'foreign_host' });
    }
    // A page of that name is of one origin with it: its own requests look like ours.
    const ours = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    expect((await postJson(base(), '/api/tasks', task, ours)).status).toBe(403);
    const socket = WebSocketClient.open(base(), '/events/ws', { host, origin: `http://${host}` });
    await expect(socket).rejects.toThrow('403');
  }
  expect(await stack.redis.command('XLEN', 'shield:ingestion_queue')).toBe(0);
});

describe('a start that would let in more than was meant ends with a code and the cure', () => {
  const proxy = { TRUSTED_PROXY_USER_HEADER: 'x-forwarded-user' };
  test.each<[string, Record<string, string>, RegExp]>([
    ['another name', { ALLOWED_HOSTS: 'dash.example.com' }, /ALLOWED_HOSTS: open_to_all: /],
    ['any proxy', proxy, /TRUSTED_PROXY_USER_HEADER: proxy_without_peers: .*TRUSTED_PROXY_PEERS/],
    ['two modes', { ...proxy, USERS: ANN }, /TRUSTED_PROXY_USER_HEADER: two_modes: /],
    [
      'no users',
      { USERS_FILE: '/dev/null' },
      /USERS_FILE \(\/dev\/null\), no_users: .*npm run user/,
    ],
  ])('%s', async (_, env, message) => {
    const failed = await startDashboard({
      redisUrl: stack.redis.url,
      waitUntilHealthy: false,
      env,
    });
    expect(await failed.exited).toEqual({ code: 1, signal: null });
    expect(failed.logs()).toMatch(message);
    await failed.stop();
  });
});
