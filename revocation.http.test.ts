import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { type Person, signIn, userLine } from '@/e2e/support/people';
import { SseClient } from '@/e2e/support/sse-client';
import {
  type DashboardProcess,
  PERSISTENT,
  restartRedis,
  type Stack,
  startStack,
} from '@/e2e/support/stack';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const ANN: Person = { name: 'ann', role: 'viewer', password: 'ann is seldom alone' };
const BOB: Person = { name: 'bob', role: 'viewer', password: 'bob is seldom alone' };
const ENV = {
  USERS: [ANN, BOB].map(userLine).join(),
  SESSION_SECRET: 'what these processes have in common',
};
/** What is promised. */
const WITHIN_A_MINUTE = { deadlineMs: 60_000 };

let stack: Stack;
let other: DashboardProcess;

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT }, dashboard: { env: ENV } });
  other = await startDashboard({ redisUrl: stack.redis.url, env: ENV });
});
afterAll(async () => {
  await other.stop();
  await stack.stop();
});

const isIn = async (base: string, cookie: string) =>
  (await send(base, '/api/streams', { headers: { cookie } })).status === 200;
async function signOut(base: string, cookie: string, body = {}) {
  expect((await postJson(base, '/api/session/end', body, { cookie })).status).toBe(303);
}

test('who signs out of one process is out of the others, on open streams too, and after a restart', async () => {
  const once = await signIn(stack.base, ANN);
  const roaming = [await signIn(stack.base, ANN), await signIn(other.url, ANN)];
  const bob = await signIn(other.url, BOB);
  for (const cookie of [once, ...roaming, bob]) expect(await isIn(other.url, cookie)).toBe(true);
  const ofOnce = await SseClient.open(other.url, '/events/stream', { cookie: once });
  const ofBob = await SseClient.open(other.url, '/events/stream', { cookie: bob });

  await signOut(stack.base, once);
  expect(await isIn(stack.base, once)).toBe(false);
  await eventually(() => expect(ofOnce.gone).toBe(true), WITHIN_A_MINUTE);
  expect(await isIn(other.url, once)).toBe(false);
  for (const cookie of roaming) expect(await isIn(other.url, cookie)).toBe(true);

  await signOut(stack.base, roaming[0] ?? '', { everywhere: 'true' });
  await eventually(async () => {
    for (const cookie of roaming) expect(await isIn(other.url, cookie)).toBe(false);
  }, WITHIN_A_MINUTE);
  expect(await isIn(other.url, bob)).toBe(true);
  expect(ofBob.gone).toBe(false);
  // Who signs in anew is in everywhere.
  const anew = await signIn(stack.base, ANN);
  expect(await isIn(other.url, anew)).toBe(true);

  await other.stop();
  other = await startDashboard({ redisUrl: stack.redis.url, env: ENV });
  await eventually(async () => {
    for (const cookie of [once, ...roaming]) expect(await isIn(other.url, cookie)).toBe(false);
  }, WITHIN_A_MINUTE);
  expect(await isIn(other.url, bob)).toBe(true);
  expect(await isIn(other.url, anew)).toBe(true);
  ofBob.close();
});

test('who signs out while Redis is away is out at once here, and elsewhere when it is back', async () => {
  const cookie = await signIn(stack.base, BOB);
  await stack.redis.kill();
  // People still come in, and see that it is away.
  const headers = { cookie: await signIn(stack.base, ANN), accept: 'text/html' };
  await eventually(async () => {
    const { status, text } = await send(stack.base, '/', { headers });
    expect(status).toBe(200);
    expect(text).toContain('Redis away');
  });
  await signOut(stack.base, cookie);
  expect(await isIn(stack.base, cookie)).toBe(false);
  expect(await isIn(other.url, cookie)).toBe(true);
  await eventually(() => expect(stack.dashboard.logs()).toContain('known to this process alone'));
  await restartRedis(stack.redis);
  await eventually(async () => expect(await isIn(other.url, cookie)).toBe(false), WITHIN_A_MINUTE);
});

test('it is no stream of the operators', async () => {
  expect(await stack.redis.command('EXISTS', 'shield-dashboard:revoked')).toBe(1);
  const cookie = await signIn(stack.base, ANN);
  const { text } = await send(stack.base, '/api/streams', { headers: { cookie } });
  expect(text).not.toContain('shield-dashboard:revoked');
});
