import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { type HttpRequest, send } from '@/e2e/support/http-client';
import { logEntries } from '@/e2e/support/log-lines';
import {
  byToken,
  type Person,
  sendSignIn,
  TOKENS,
  tokenLine,
  userLine,
} from '@/e2e/support/people';
import { type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade } from '@/e2e/support/websocket-client';
import { FAILURES_PER_ADDRESS_MAX } from './sign-in-limits';

/** A proxy with TLS; whoever comes from another address of this machine is none. */
const PROXY = '127.0.0.2';
const ANN: Person = { name: 'ann', role: 'viewer', password: 'ann needs a long one' };

let stack: Stack;

beforeAll(async () => {
  const USERS = [
    userLine(ANN),
    ...(['admin', 'operator', 'viewer'] as const).map((role) =>
      tokenLine(role, role, TOKENS[role]),
    ),
    `${tokenLine('scoped', 'operator', TOKENS.scoped)} streams=team:*`,
  ].join();
  const env = { USERS, TRUSTED_PROXY_PEERS: PROXY, WRITES_PER_MINUTE_PER_USER: '1' };
  stack = await startStack({ dashboard: { env } });
});
afterAll(() => stack.stop());

interface Sender {
  /** The connection's other end. */
  from: string;
  headers?: Record<string, string>;
}

const { name, password } = ANN;
const signIn = ({ from, headers = {} }: Sender, given = { name, password }) =>
  sendSignIn(stack.base, given, headers, from);

test('the mode is the first thing the process says', () => {
  expect(logEntries(stack.dashboard)[0]).toMatchObject({
    access: { mode: 'users' },
    msg: 'access: people sign in by name and password, scripts by token',
  });
});

describe('the session’s cookie', () => {
  const SECURE = /^__Host-shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/;
  const PLAIN = /^shield_session=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/;
  const https = { 'x-forwarded-proto': 'https' };

  test.each<[string, Sender, RegExp]>([
    ['by TLS, as the proxy says', { from: PROXY, headers: https }, SECURE],
    [
      'over plain HTTP, as the proxy says',
      { from: PROXY, headers: { 'x-forwarded-proto': 'http' } },
      PLAIN,
    ],
    [
      'over plain HTTP, whatever was sent to the proxy',
      { from: PROXY, headers: { 'x-forwarded-proto': 'https, http' } },
      PLAIN,
    ],
    [
      'over plain HTTP, as one who is no proxy says otherwise',
      { from: '127.0.0.1', headers: https },
      PLAIN,
    ],
  ])('%s', async (_, sender, cookie) => {
    const { status, headers } = await signIn(sender);
    expect(status).toBe(303);
    expect(headers['set-cookie']?.[0]).toMatch(cookie);
  });

  test('is the one that is bound to its host by TLS, and no other', async () => {
    const { headers } = await signIn({ from: PROXY, headers: https });
    const [bound = ''] = headers['set-cookie']?.[0]?.split(';') ?? [];
    // As a neighbouring host, or somebody on the way without TLS, could have planted it.
    const planted = bound.replace('__Host-', '');
    const statusOf = async (cookie: string) => {
      const sent = { headers: { ...https, cookie }, localAddress: PROXY };
      return (await send(stack.base, '/api/streams', sent)).status;
    };
    expect(await statusOf(bound)).toBe(200);
    expect(await statusOf(planted)).toBe(401);
    expect(await statusOf(`${planted}; __Host-shield_session=`)).toBe(401);
    const end = await send(stack.base, '/api/session/end', {
      method: 'POST',
      body: '{}',
      headers: { ...https, cookie: bound, 'content-type': 'application/json' },
      localAddress: PROXY,
    });
    expect(end.headers['set-cookie']?.join()).toMatch(/__Host-shield_session=;.*Secure; Max-Age=0/);
    expect(await statusOf(bound)).toBe(401);
  });
});

describe('failed sign-ins', () => {
  test('of an address use up its tries, however many names it has and whoever it claims to be', async () => {
    const from = '127.0.0.9';
    const spoof = (n: number) => ({
      'x-forwarded-for': `198.51.100.${n}`,
      'x-client-address': `203.0.113.${n}`,
    });
    for (let n = 0; n < FAILURES_PER_ADDRESS_MAX; n++) {
      const given = { name: `guess${n}`, password: `wrong ${n}` };
      const { headers } = await signIn({ from, headers: spoof(n) }, given);
      expect(headers.location).toMatch(/problem=wrong_credentials$/);
    }
    // The right password too, also by the proxy, which says who is behind it.
    const byProxy = (client: string) => ({
      from: PROXY,
      headers: { 'x-forwarded-for': `203.0.113.200, ${client}` },
    });
    for (const sender of [{ from }, { from, headers: spoof(100) }, byProxy(from)]) {
      const { headers } = await signIn(sender);
      expect(headers.location).toMatch(/problem=sign_in_limit&wait=\d+$/);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers['set-cookie']).toBeUndefined();
    }
    // Nobody else has to wait for it.
    for (const sender of [{ from: '127.0.0.10' }, byProxy('127.0.0.10')]) {
      expect((await signIn(sender)).headers['set-cookie']).toBeDefined();
    }
  });
});

describe('a request that was turned away is in the audit', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const task = JSON.stringify({ content: 'x', source_uri: 'file:///x', source_type: 'text' });
  const post = { method: 'POST', body: task } satisfies HttpRequest;
  const html = { accept: 'text/html' };
  const viewer = { actor: 'viewer', role: 'viewer', via: 'token' };
  const operator = { actor: 'operator', role: 'operator', via: 'token' };
  const scoped = { actor: 'scoped', role: 'operator', via: 'token' };
  const nobody = { actor: 'unknown', role: null, via: null };
  const rows: [string, string, HttpRequest, object][] = [
    [
      'without signing in',
      '/api/tasks',
      { ...post, headers: JSON_TYPE },
      { ...nobody, code: 'unauthenticated' },
    ],
    [
      'with a wrong token',
      '/api/tasks',
      { ...post, headers: { ...JSON_TYPE, authorization: 'Bearer x' } },
      { ...nobody, code: 'unauthenticated' },
    ],
    [
      'beyond one’s role',
      '/api/tasks',
      { ...post, headers: { ...JSON_TYPE, ...byToken('viewer') } },
      { ...viewer, code: 'forbidden' },
    ],
    [
      'a page beyond one’s role',
      '/audit',
      { headers: { ...html, ...byToken('viewer') } },
      { ...viewer, code: 'forbidden' },
    ],
    [
      'the page of a stream that is not theirs',
      '/streams/prod%3Alog',
      { headers: { ...html, ...byToken('scoped') } },
      { ...scoped, code: 'forbidden' },
    ],
    [
      'the page of a group of one',
      '/streams/prod%3Alog/groups/g',
      { headers: { ...html, ...byToken('scoped') } },
      { ...scoped, code: 'forbidden', targets: ['GET /streams/prod%3Alog'] },
    ],
    [
      'the page of events of one',
      '/events?stream=prod%3Alog',
      { headers: { ...html, ...byToken('scoped') } },
      { ...scoped, code: 'forbidden', targets: ['GET /streams/prod%3Alog'] },
    ],
    [
      'its data',
      '/api/streams/prod%3Alog/entries',
      { headers: byToken('scoped') },
      { ...scoped, code: 'forbidden' },
    ],
    [
      'its feed',
      '/events/stream?stream=prod%3Alog',
      { headers: byToken('scoped') },
      { ...scoped, code: 'forbidden', targets: ['GET /events/stream'] },
    ],
    [
      'from another site',
      '/api/tasks',
      { ...post, headers: { ...JSON_TYPE, ...byToken('operator'), origin: 'http://evil.example' } },
      { ...operator, code: 'foreign_origin' },
    ],
    [
      'as plain text',
      '/api/tasks',
      { ...post, headers: { ...byToken('operator'), 'content-type': 'text/plain' } },
      { ...operator, code: 'unsupported_media_type' },
    ],
    [
      'for another host',
      '/',
      { headers: { ...byToken('operator'), host: 'evil.example' } },
      { ...operator, code: 'foreign_host' },
    ],
  ];

  const answer = z.object({ acts: z.array(z.looseObject({ address: z.string() })) });
  const actOf = (address: string) =>
    eventually(async () => {
      const headers = byToken('admin');
      const { json } = await send(stack.base, `/api/audit?actor=${address}`, { headers });
      const { acts } = answer.parse(json());
      expect(acts.map((act) => act.address)).toEqual([address]);
      return acts[0];
    });

  test('with who it was, in which role, from where, and why', async () => {
    for (const [at, [what, path, { headers, ...rest }, wanted]] of rows.entries()) {
      // Alike are refusals of one address alone.
      const address = `192.0.2.${100 + at}`;
      const sent = { ...rest, headers: { ...headers, 'x-forwarded-for': address } };
      const refused = await send(stack.base, path, { ...sent, localAddress: PROXY });
      expect([what, refused.status]).toEqual([
        what,
        expect.toSatisfy((n) => [401, 403, 415].includes(n)),
      ]);
      expect([what, await actOf(address)]).toMatchObject([
        what,
        {
          ...{ action: 'request.refused', outcome: 'refused', phase: 'event', count: 1 },
          targets: [`${rest.method ?? 'GET'} ${path}`],
          request_id: refused.headers['x-request-id'],
          ...wanted,
        },
      ]);
    }
  });

  test('over WebSocket, by a limit and at the sign-in as well', async () => {
    const feed = '/events/ws?stream=prod%3Alog';
    const socket = await refusedUpgrade(stack.base, feed, byToken('scoped'), '127.0.0.11');
    expect(socket.status).toBe(403);
    expect(await actOf('127.0.0.11')).toMatchObject({
      ...{ ...scoped, code: 'forbidden', targets: ['GET /events/ws'] },
    });
    const limited = { ...post, headers: { ...JSON_TYPE, ...byToken('operator') } };
    const first = await send(stack.base, '/api/tasks', { ...limited, localAddress: '127.0.0.12' });
    const second = await send(stack.base, '/api/tasks', { ...limited, localAddress: '127.0.0.13' });
    expect([first.status, second.status]).toEqual([201, 429]);
    expect(await actOf('127.0.0.13')).toMatchObject({ ...operator, code: 'write_limit' });
    await signIn({ from: '127.0.0.14' }, { name, password: 'not hers' });
    expect(await actOf('127.0.0.14')).toMatchObject({
      ...{ action: 'session.sign_in', actor: 'ann', role: null, code: 'wrong_credentials' },
    });
  });
});
