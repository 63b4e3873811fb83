import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { CookieJar } from '@/e2e/support/cookie-jar';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { CLIENT_SECRET, IdentityProvider } from '@/e2e/support/identity-provider';
import { type Person, sendSignIn, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { passProvider } from '@/e2e/support/provider-sign-in';
import { appAddresses, formsOf, placesOf, runDoctor, type Told } from '@/e2e/support/secret-forms';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { FAILURES_PER_ADDRESS_MAX } from '@/lib/access/sign-in-limits';
import { startDashboard } from '@/scripts/setup/dashboard-process.mjs';

const LOCAL: Person = { name: 'glass', role: 'admin', password: 'to be broken in need' };
const TOKEN = 'shield_of-a-scraper-that-looks';
const REDIS_PASSWORD = 'the-password-of-redis-0123456789';
const SESSION_SECRET = 'the secret that seals the cookies of this test';
/** What was typed where something else belongs. */
const MISTYPED = ['my-password-in-the-wrong-field', 'my-old-password-by-mistake'];
const WRONG_TOKEN = 'shield_a-token-that-was-taken-back';

const dir = mkdtempSync(join(tmpdir(), 'shield-outsiders-'));
let provider: IdentityProvider;
let stack: Stack;
/** Every secret in a file of its own: neither the environment nor a command line has one. */
let env: Record<string, string | undefined>;

function fileWith(text: string): string {
  const path = join(dir, createHash('sha256').update(text).digest('hex').slice(0, 8));
  writeFileSync(path, `${text}\n`);
  return path;
}

beforeAll(async () => {
  provider = await IdentityProvider.start();
  provider.accounts.set('root', { claims: { groups: ['root'], preferred_username: 'root' } });
  env = {
    ...provider.env,
    OIDC_CLIENT_SECRET: undefined,
    OIDC_CLIENT_SECRET_FILE: fileWith(CLIENT_SECRET),
    SESSION_SECRET_FILE: fileWith(SESSION_SECRET),
    USERS_FILE: fileWith([userLine(LOCAL), tokenLine('scraper', 'viewer', TOKEN)].join('\n')),
    LOG_LEVEL: 'trace',
  };
  stack = await startStack({ redis: { password: REDIS_PASSWORD }, dashboard: { env } });
  provider.serve(stack.dashboard);
  // Who begins a sign-in has it looked for anew.
  await eventually(async () => {
    const { headers } = await send(stack.base, '/sign-in/start');
    expect(String(headers.location)).toMatch(`${provider.issuer}/`);
  });
});
afterAll(async () => {
  await stack.stop();
  await provider.stop();
  rmSync(dir, { recursive: true });
});

/** Goes out to the provider as `root`, and comes back as far as the address that ends it here. */
async function callbackOf(jar: CookieJar): Promise<URL> {
  const { headers } = await jar.send(`${stack.base}/sign-in/start`);
  return passProvider(jar, new URL(String(headers.location)), { name: 'root' });
}

test('who comes back without having gone out uses up nobody’s tries', async () => {
  const localAddress = '127.0.0.9';
  const cookies: Record<string, string>[] = [{}, { cookie: 'shield_sign_in=forged' }];
  for (let n = 0; n < FAILURES_PER_ADDRESS_MAX + 4; n++) {
    const headers = cookies[n % cookies.length] ?? {};
    const sent = { headers, localAddress };
    const answer = await send(stack.base, `/sign-in/callback?code=c${n}&state=s${n}`, sent);
    expect([n, answer.headers.location]).toEqual([n, '/sign-in?problem=oidc_state']);
  }
  // Both ways in are open from there as ever.
  const { name, password } = LOCAL;
  const local = await sendSignIn(stack.base, { name, password }, {}, localAddress);
  expect(local.headers['set-cookie']?.[0]).toMatch(/^shield_session=/);
  const jar = new CookieJar();
  const callback = await callbackOf(jar);
  expect((await jar.send(callback.href, { localAddress })).status).toBe(200);
  const cookie = jar.cookiesOf(stack.base);
  // It is written down under a name of its own.
  const told = z.object({ acts: z.array(z.looseObject({ code: z.string().nullable() })) });
  await eventually(async () => {
    const path = `/api/audit?actor=${localAddress}&limit=500`;
    const { acts } = told.parse((await send(stack.base, path, { headers: { cookie } })).json());
    const codes = new Set(acts.map(({ code }) => code));
    expect(codes).toEqual(new Set(['oidc_state', null]));
    expect(acts.find(({ code }) => code === 'oidc_state')).toMatchObject({
      ...{ actor: 'unknown', role: null, via: null, outcome: 'refused' },
    });
  });
});

test('no secret of users, tokens, sessions or the provider stands in any answer, the log, or what the doctor says', async () => {
  const session = await signIn(stack.base, LOCAL);
  const jar = new CookieJar();
  const begun = await jar.send(`${stack.base}/sign-in/start`);
  const flow = jar.cookiesOf(stack.base);
  const callback = await passProvider(jar, new URL(String(begun.headers.location)), {
    name: 'root',
  });
  await jar.send(callback.href);
  const ofProvider = jar.cookiesOf(stack.base);
  const [typedName = '', typedPassword = ''] = MISTYPED;
  for (const given of [
    { name: typedName, password: 'x' },
    { name: LOCAL.name, password: typedPassword },
  ]) {
    expect((await postJson(stack.base, '/api/session', given)).status).toBe(401);
  }

  const told: Told[] = [];
  const keep = (path: string, { text, headers }: Awaited<ReturnType<typeof send>>) =>
    told.push({ path, text: text + JSON.stringify(headers) });
  const ask = async (path: string, headers: Record<string, string>) =>
    keep(path, await send(stack.base, path, { headers }));
  const html = { accept: 'text/html' };
  for (const path of appAddresses()) await ask(path, { cookie: session, accept: '*/*' });
  for (const path of ['/', '/audit', '/api/audit', '/sign-in', '/health/detailed']) {
    await ask(path, { ...html, cookie: ofProvider });
    await ask(path, { ...html, authorization: `Bearer ${TOKEN}` });
    await ask(path, { authorization: `Bearer ${WRONG_TOKEN}` });
    await ask(path, { ...html, cookie: `${session}x` });
  }
  // Come back a second time, and by another issuer.
  await ask(`/sign-in/callback${callback.search}`, { cookie: flow });
  await ask('/sign-in/callback?code=c&state=s&iss=x', { cookie: flow });
  const feed = await SseClient.open(stack.base, '/events/stream?stats=1', { cookie: session });
  await feed.next('dashboard.stats');
  told.push({ path: 'feed', text: JSON.stringify(feed.items) });
  feed.close();
  expect((await postJson(stack.base, '/api/session/end', {}, { cookie: session })).status).toBe(
    303,
  );

  const { password } = LOCAL;
  const hash = userLine(LOCAL).split(' ')[2] ?? '';
  const [key = '', salt = ''] = hash.split('.').reverse();
  const afterName = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1);
  const codes = ['code', 'state'].map((name) => callback.searchParams.get(name) ?? '');
  const secrets = [
    ...[REDIS_PASSWORD, SESSION_SECRET, CLIENT_SECRET, TOKEN, WRONG_TOKEN, password, ...MISTYPED],
    ...[key, salt, createHash('sha256').update(TOKEN).digest('hex')],
    ...[session, flow, ofProvider].map(afterName),
    ...[...codes, ...provider.secrets],
  ];
  expect(secrets.length).toBeGreaterThan(18);
  expect(secrets.filter((secret) => secret.length < 10)).toEqual([]);

  const own = { ...env, PORT: String(stack.dashboard.port) };
  const { REDIS_URL_FILE = fileWith(stack.redis.url) } = env;
  const short = 'too-short-a-secret';
  const behind = password.replaceAll(' ', '-');
  const [right, wrong, failed] = await Promise.all([
    runDoctor({ ...own, REDIS_URL_FILE }),
    // Wrong in every way a secret can be: given twice, too short, where there is none.
    runDoctor({
      ...own,
      REDIS_URL: `http://:${REDIS_PASSWORD}@127.0.0.1/x`,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      SESSION_SECRET_FILE: undefined,
      SESSION_SECRET: short,
    }),
    startDashboard({
      redisUrl: stack.redis.url,
      waitUntilHealthy: false,
      env: { USERS: `${userLine(LOCAL)} ${behind}` },
    }),
  ]);
  for (const line of ['configuration is right', 'Redis answers', 'dashboard answers']) {
    expect(right).toMatch(new RegExp(`✓ .*${line}`));
  }
  expect(wrong).toMatch(/SESSION_SECRET.*32 characters/);
  expect(wrong).toContain('secret_twice');
  await failed.exited;
  expect(failed.logs()).toContain('wrong_user_line');
  const log = stack.dashboard.logs();
  expect(log).toContain('a sign-in was refused');
  told.push(
    ...[
      { path: 'log', text: log },
      { path: 'doctor', text: right + wrong },
    ],
    { path: 'start', text: failed.logs() },
  );
  await failed.stop();
  const forms = [...secrets, short, behind].flatMap(formsOf);
  // The search itself finds what it looks for.
  const example = { path: 'example', text: JSON.stringify({ key, session }) };
  expect(placesOf(forms, [example]).length).toBeGreaterThan(1);
  expect(placesOf(forms, told)).toEqual([]);
});
