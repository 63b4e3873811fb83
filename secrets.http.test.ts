import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import {
  appAddresses,
  formsOf,
  placesOf as placesOfForms,
  runDoctor,
  type Told,
} from '@/e2e/support/secret-forms';
import { SseClient } from '@/e2e/support/sse-client';
import type { DashboardProcess, RedisServer } from '@/e2e/support/stack';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';

const PASSWORD = `s3cr3t:p@ss/w %41"'#?&=+ü`;
/** What a client might send to show who it is. */
const TOKEN = 'tok3n-of-a-client-0123456789abcdef';
const CREDENTIALS = {
  authorization: `Bearer ${TOKEN}`,
  cookie: `session=${TOKEN}; theme=${TOKEN}`,
};
const SECRETS = [PASSWORD, TOKEN].flatMap(formsOf);
const TASK = { content: 'x', source_uri: 'file:///x', source_type: 'text' };

const dir = mkdtempSync(join(tmpdir(), 'shield-secrets-'));
let redis: RedisServer;
let dashboard: DashboardProcess;
/** The secret is in a file alone: neither the environment nor a command line has it. */
const env: Record<string, string | undefined> = { REDIS_URL: undefined, LOG_LEVEL: 'trace' };

beforeAll(async () => {
  redis = await startRedisServer({ password: PASSWORD });
  env.REDIS_URL_FILE = join(dir, 'redis-url');
  writeFileSync(env.REDIS_URL_FILE, `${redis.url}\n`);
  dashboard = await startDashboard({ env });
});
afterAll(async () => {
  await dashboard.stop();
  await redis.stop();
  rmSync(dir, { recursive: true });
});

async function askAll(): Promise<Told[]> {
  const told: Told[] = [];
  const keep = (path: string, { text, headers }: Awaited<ReturnType<typeof send>>) =>
    told.push({ path, text: text + JSON.stringify(headers) });
  for (const path of appAddresses()) {
    keep(path, await send(dashboard.url, `${path}?token=${TOKEN}`, { headers: CREDENTIALS }));
  }
  keep('POST', await postJson(dashboard.url, '/api/tasks', TASK, CREDENTIALS));
  const foreign = { ...CREDENTIALS, origin: 'http://evil.example' };
  keep('POST from elsewhere', await postJson(dashboard.url, '/api/tasks', TASK, foreign));
  return told;
}

const doctor = () =>
  runDoctor({ PORT: String(dashboard.port), REDIS_URL_FILE: env.REDIS_URL_FILE });

/** Where secrets stand in what was told: nowhere. A page may repeat its own address, with the token. */
function placesOf(told: Told[]): string[] {
  const rest = told.map(({ path, text }) => ({
    path,
    text: text.replaceAll(`token=${TOKEN}`, '').replaceAll(`"token\\":\\"${TOKEN}`, ''),
  }));
  return placesOfForms(SECRETS, rest);
}

test('no secret stands in any answer, in the log, or in what the doctor says', async () => {
  expect(appAddresses()).toEqual(expect.arrayContaining(['/', '/health/detailed', '/api/audit']));
  await eventually(async () =>
    expect((await send(dashboard.url, '/health/detailed')).json()).toMatchObject({
      redis: { status: 'up' },
    }),
  );
  // The search itself finds what it looks for.
  for (const text of [`a ${PASSWORD} b`, JSON.stringify({ url: redis.url }), `Bearer ${TOKEN}`]) {
    expect(placesOf([{ path: 'example', text }])).not.toEqual([]);
  }
  const told = await askAll();
  const feed = await SseClient.open(dashboard.url);
  told.push({ path: 'feed', text: JSON.stringify(await feed.next('dashboard.hello')) });
  feed.close();
  const healthy = await doctor();
  expect(healthy).toContain('✓ Redis answers');

  // Refused, for the password is another one now; then away.
  await redis.command('CONFIG', 'SET', 'requirepass', `another-${PASSWORD}`);
  await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no').catch(() => undefined);
  const isDown = (code: string) =>
    eventually(async () =>
      expect((await send(dashboard.url, '/health/detailed')).json()).toMatchObject({
        redis: { status: 'down', code },
      }),
    );
  await isDown('redis_auth_failed');
  told.push(...(await askAll()));
  const refused = await doctor();
  expect(refused).toContain('refuses the user or password');
  await redis.kill();
  await isDown('redis_unreachable');
  told.push(...(await askAll()));

  const log = dashboard.logs();
  expect(log).toContain('/api/audit');
  told.push({ path: 'log', text: log }, { path: 'doctor', text: healthy + refused });
  expect(placesOf(told)).toEqual([]);
  // The access log leaves queries out altogether.
  expect(log).not.toContain(TOKEN);
});
