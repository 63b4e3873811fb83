import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CookieJar } from '@/e2e/support/cookie-jar';
import { eventually } from '@/e2e/support/eventually';
import { postJson, send } from '@/e2e/support/http-client';
import { CLIENT_SECRET, IdentityProvider } from '@/e2e/support/identity-provider';
import { type Person, signIn, tokenLine, userLine } from '@/e2e/support/people';
import { passProvider } from '@/e2e/support/provider-sign-in';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { OidcFlows } from '@/lib/access/oidc-flows';

const SECRET = 'the secret that seals the cookies of this test';
const LOCAL: Person = { name: 'glass', role: 'admin', password: 'to be broken in need' };
const SIAS = ['shield:ev*'];
const TOKEN = 'shield_of-a-scraper-that-looks';

let provider: IdentityProvider;
let stack: Stack;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  provider.accounts
    .set('vera', { claims: { groups: ['staff', 'other'], preferred_username: 'Vera V.' } })
    // Another person of the same name.
    .set('sia', { claims: { groups: 'staff', preferred_username: 'Vera V.', streams: SIAS } })
    .set('sol', { claims: { groups: 'staff', preferred_username: 'sol', streams: 7 } })
    .set('otto', { claims: { groups: 'ops', email: 'otto@example.com' } })
    .set('root', { claims: { groups: ['staff', 'root'], preferred_username: 'root' } })
    .set('nina', { claims: { groups: ['visitors'], preferred_username: 'nina' } })
    .set('leo', { claims: { groups: ['ops'], preferred_username: 'leo' } })
    .set('mia', { claims: { groups: ['ops'], preferred_username: 'mia' } });
  const users = [userLine(LOCAL), tokenLine('scraper', 'viewer', TOKEN)].join(',');
  const scopes = { OIDC_STREAMS_CLAIM: 'streams', OIDC_DEFAULT_STREAMS: '*' };
  const env = { ...provider.env, ...scopes, USERS: users, SESSION_SECRET: SECRET };
  stack = await startStack({ dashboard: { env } });
});
afterAll(async () => {
  await stack.stop();
  await provider.stop();
});

/** Begins a sign-in. Returns where the browser is sent. */
async function begin(jar: CookieJar, next = '/'): Promise<URL> {
  const url = `${stack.base}/sign-in/start?next=${encodeURIComponent(next)}`;
  const { status, headers } = await jar.send(url);
  expect(status).toBe(303);
  return new URL(String(headers.location), stack.base);
}

async function signInAs(name: string, next = '/') {
  const jar = new CookieJar();
  const callback = await passProvider(jar, await begin(jar, next), { name });
  const answer = await jar.send(callback.href);
  return { jar, callback, answer, cookie: jar.cookiesOf(stack.base) };
}

const statusWith = async (cookie: string) =>
  (await send(stack.base, '/api/streams', { headers: { cookie } })).status;

const pageOf = async (cookie: string) =>
  (await send(stack.base, '/tasks', { headers: { cookie } })).text;

test('the provider may be away at the start: the page says so, and it heals by itself', async () => {
  const page = async () => (await send(stack.base, '/sign-in')).text;
  await eventually(async () => expect(await page()).toContain('oidc_unreachable'));
  expect(await page()).toContain('Example ID does not answer.');
  const tried = await send(stack.base, '/sign-in/start?next=%2Fjobs');
  expect(tried.headers.location).toBe('/sign-in?next=%2Fjobs&problem=oidc_unreachable');
  // Meanwhile there is who may break the glass, and scripts have their tokens.
  expect(await statusWith(await signIn(stack.base, LOCAL))).toBe(200);
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await send(stack.base, '/api/streams', { headers })).status).toBe(200);
  provider.serve(stack.dashboard);
  await eventually(async () => expect(await page()).not.toContain('oidc_unreachable'));
  expect(await page()).toContain('Sign in with');
});

describe('signing in', () => {
  beforeAll(() => provider.serve(stack.dashboard));

  test('goes out by the code flow with PKCE, state and nonce, and comes back to a session', async () => {
    const jar = new CookieJar();
    const authorize = await begin(jar, '/events?filter=a%26b');
    expect(authorize.origin).toBe(provider.issuer);
    expect(Object.fromEntries(authorize.searchParams)).toEqual({
      client_id: 'dashboard',
      response_type: 'code',
      redirect_uri: `${stack.base}/sign-in/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const callback = await passProvider(jar, authorize, { name: 'vera' });
    expect(callback.searchParams.get('iss')).toBe(provider.issuer);
    const answer = await jar.send(callback.href);
    // A page that goes on: a redirect would come from another site, without the session's cookie.
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('content="0;url=/events?filter=a%26b"');
    expect(answer.text).toContain('name="referrer" content="no-referrer"');
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^shield_sign_in=; Path=\/; HttpOnly; SameSite=Lax; .*Max-Age=0$/),
      expect.stringMatching(/^shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const cookie = jar.cookiesOf(stack.base);
    expect(cookie).toMatch(/^shield_session=[^;]+$/);
    expect(await pageOf(cookie)).toContain('aria-label="Account: Vera V., viewer"');
    const post = await postJson(stack.base, '/api/tasks', {}, { cookie });
    expect([post.status, post.text]).toEqual([403, expect.stringContaining('"forbidden"')]);
  });

  test.each([
    ['otto', 'otto@example.com, operator'],
    ['root', 'root, admin'],
  ])('gives %s the role of their groups', async (name, account) => {
    const { cookie } = await signInAs(name);
    expect(await pageOf(cookie)).toContain(`aria-label="Account: ${account}"`);
  });

  test('holds people to the streams of their claim; one that cannot be read lets nobody in', async () => {
    const [{ cookie }, vera, root] = [
      await signInAs('sia'),
      await signInAs('vera'),
      await signInAs('root'),
    ];
    const get = async (path: string, of = cookie) =>
      (await send(stack.base, path, { headers: { cookie: of } })).json();
    const namesOf = async (of: string) => {
      const { streams } = (await get('/api/streams', of)) as { streams: { name: string }[] };
      return streams.map(({ name }) => name);
    };
    expect(await namesOf(cookie)).toEqual(['shield:events']);
    expect(await namesOf(vera.cookie)).toContain('shield:ingestion_queue');
    expect(await get('/api/streams/shield:ingestion_queue')).toMatchObject({ code: 'forbidden' });
    const { answer } = await signInAs('sol');
    expect([answer.status, answer.headers.location]).toEqual([
      ...[303, '/sign-in?problem=oidc_no_streams'],
    ]);
    // Both are called the same; the audit tells them apart.
    await eventually(async () => {
      const path = '/api/audit?action=session.sign_in&actor=Vera';
      const { acts } = (await get(path, root.cookie)) as { acts: object[] };
      expect(acts).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ actor: 'Vera V.', subject: 'sia', outcome: 'done' }),
          expect.objectContaining({ actor: 'Vera V.', subject: 'vera', outcome: 'done' }),
        ]),
      );
    });
  });

  test('leads back within the site alone', async () => {
    for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example', '/sign-in']) {
      expect((await signInAs('root', evil)).answer.text).toContain('content="0;url=/"');
    }
  });

  test('begins here alone, and at the address one comes back to', async () => {
    const start = (headers: Record<string, string>) =>
      send(stack.base, '/sign-in/start?next=%2Fjobs', { headers });
    const { port } = new URL(stack.base);
    const foreign = await start({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
    expect(foreign.headers.location).toBe('/sign-in?next=%2Fjobs');
    expect(foreign.headers['set-cookie']).toBeUndefined();
    const elsewhere = await start({ host: `localhost:${port}` });
    const there = `${stack.base}/sign-in?next=%2Fjobs&problem=oidc_state`;
    expect(elsewhere.headers.location).toBe(there);
    expect((await start({ host: 'evil.example' })).status).toBe(403);
  });
});

describe('a sign-in that went wrong is told, with a code and a way to try again', () => {
  beforeAll(() => provider.serve(stack.dashboard));

  /** Where the callback sends the browser, with no session. */
  async function refusal(jar: CookieJar, callback: string): Promise<string> {
    const { status, headers } = await jar.send(callback);
    expect([status, headers['set-cookie']?.join() ?? '']).toEqual([
      303,
      expect.not.stringContaining('shield_session'),
    ]);
    return String(headers.location);
  }

  test('where the account has no role, or the person goes back', async () => {
    const jar = new CookieJar();
    const nina = await passProvider(jar, await begin(jar, '/jobs'), { name: 'nina' });
    const location = await refusal(jar, nina.href);
    expect(location).toBe('/sign-in?next=%2Fjobs&problem=oidc_no_role');
    const { text } = await jar.send(stack.base + location);
    expect(text).toContain('Your account has no role here.');
    expect(text).toContain('href="/sign-in/start?next=%2Fjobs&amp;prompt=login"');
    const other = new CookieJar();
    const back = await passProvider(other, await begin(other), { cancel: '1' });
    expect(await refusal(other, back.href)).toBe('/sign-in?problem=oidc_denied');
  });

  test('where it comes back to another browser, by another state, too late, or twice', async () => {
    const jar = new CookieJar();
    const callback = await passProvider(jar, await begin(jar), { name: 'root' });
    expect(await refusal(new CookieJar(), callback.href)).toBe('/sign-in?problem=oidc_state');
    const forged = new URL(callback);
    forged.searchParams.set('state', 'forged');
    const begun = jar.cookiesOf(stack.base);
    expect(await refusal(jar, forged.href)).toBe('/sign-in?problem=oidc_state');
    // The cookie is gone; who kept a copy ends the sign-in once.
    const copy = { headers: { cookie: begun } };
    expect((await jar.send(callback.href, copy)).status).toBe(200);
    const again = await jar.send(callback.href, copy);
    expect(again.headers.location).toBe('/sign-in?problem=oidc_replayed');

    // The same code in a sign-in of another's own: the provider knows it.
    const thief = new CookieJar();
    const theirs = await begin(thief);
    const stolen = new URL(callback);
    stolen.searchParams.set('state', theirs.searchParams.get('state') ?? '');
    expect(await refusal(thief, stolen.href)).toBe('/sign-in?problem=oidc_replayed');

    const late = new CookieJar();
    const flows = new OidcFlows(SECRET, () => Date.now() - 11 * 60_000);
    const flow = { state: 's', nonce: 'n', verifier: 'v', next: '/jobs' };
    late.set(stack.base, 'shield_sign_in', await flows.seal(flow));
    const expired = `${stack.base}/sign-in/callback?code=c&state=s`;
    expect(await refusal(late, expired)).toBe('/sign-in?next=%2Fjobs&problem=oidc_expired');
  });

  const anHourAgo = () => Math.floor(Date.now() / 1000) - 3_600;
  test.each([
    ['another nonce', { claims: { nonce: 'of another sign-in' } }, 'oidc_invalid'],
    ['no nonce', { claims: { nonce: undefined } }, 'oidc_invalid'],
    ['another audience', { claims: { aud: 'another client' } }, 'oidc_invalid'],
    ['another issuer', { claims: { iss: 'http://localhost:1' } }, 'oidc_invalid'],
    ['a key that is not the provider’s', { isForged: true }, 'oidc_invalid'],
    ['a token that has expired', { claims: { exp: anHourAgo() } }, 'oidc_clock'],
    ['more than a megabyte', { body: `{"x":"${'x'.repeat(2 ** 20)}"}` }, 'oidc_invalid'],
    ['something that is no JSON', { body: '<html>' }, 'oidc_invalid'],
    ['another type', { body: '["access_token"]' }, 'oidc_invalid'],
    [
      'that our secret is wrong',
      { status: 401, body: '{"error":"invalid_client"}' },
      'oidc_rejected',
    ],
    ['that it is broken', { status: 503, body: '{"error":"server_error"}' }, 'oidc_unreachable'],
  ])('where the provider sends %s', async (_, fault, code) => {
    const jar = new CookieJar();
    const callback = await passProvider(jar, await begin(jar), { name: 'root' });
    provider.tokenFault = fault;
    try {
      expect(await refusal(jar, callback.href)).toBe(`/sign-in?problem=${code}`);
    } finally {
      provider.tokenFault = null;
    }
  });

  test('where another issuer answers', async () => {
    const jar = new CookieJar();
    const callback = await passProvider(jar, await begin(jar), { name: 'root' });
    callback.searchParams.set('iss', 'https://evil.example');
    expect(await refusal(jar, callback.href)).toBe('/sign-in?problem=oidc_invalid');
  });
});

test('who signs out is out, at the provider too', async () => {
  const { cookie } = await signInAs('vera');
  const answer = await postJson(stack.base, '/api/session/end', {}, { cookie });
  const { go_to } = answer.json() as { go_to: string };
  const url = new URL(go_to);
  expect(url.origin).toBe(provider.issuer);
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${stack.base}/sign-in`);
  expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/);
  expect(await statusWith(cookie)).toBe(401);
  // A form may not be redirected to another site: it gets a page that goes there.
  const other = await signInAs('vera');
  const form = await send(stack.base, '/api/session/end', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: stack.base,
      cookie: other.cookie,
    },
  });
  expect([form.status, form.text]).toEqual([200, expect.stringContaining('/session/end?')]);
});

test('who is taken out at the provider is out within a minute, open streams too, and roles follow', async () => {
  const [leo, mia, vera] = await Promise.all(['leo', 'mia', 'vera'].map((who) => signInAs(who)));
  if (!leo || !mia || !vera) throw new Error('Nobody signed in.');
  const { cookie } = leo;
  const stream = await SseClient.open(stack.base, '/events/stream', { cookie });
  const stays = await SseClient.open(stack.base, '/events/stream', { cookie: vera.cookie });
  await stream.until(() => stream.items.length > 0, 'it greets');
  provider.accounts.set('leo', { claims: { groups: ['ops'] }, isDisabled: true });
  provider.accounts.set('mia', { claims: { groups: ['staff'], preferred_username: 'mia' } });
  // Nothing but the stream is used: it is looked at all the same.
  await eventually(() => expect(stream.gone).toBe(true), { deadlineMs: 120_000 });
  expect(await statusWith(cookie)).toBe(401);
  await eventually(
    async () => expect(await pageOf(mia.cookie)).toContain('aria-label="Account: mia, viewer"'),
    { deadlineMs: 120_000 },
  );
  expect(stays.gone).toBe(false);
  stays.close();
});

test('no secret, token, code or cookie stands in the log', () => {
  const logs = stack.dashboard.logs();
  expect(logs).toContain('"mode":"oidc"');
  expect(logs).toContain(`"issuer":"${provider.issuer}"`);
  expect(logs).toContain('the identity provider ended a session');
  // The audit tells them from users of our own who have the same name.
  expect(logs).toMatch(/"action":"session\.sign_in".*"actor":"Vera V\.".*"via":"oidc"/);
  const secrets = [CLIENT_SECRET, SECRET, TOKEN, LOCAL.password, ...provider.secrets];
  expect(provider.secrets.size).toBeGreaterThan(10);
  for (const secret of [...secrets, 'shield_session=', 'shield_sign_in=', 'code=', 'state=']) {
    expect(logs).not.toContain(secret);
  }
});
