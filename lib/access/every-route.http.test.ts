import { encode } from '@msgpack/msgpack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { type HttpAnswer, postJson, send } from '@/e2e/support/http-client';
import { byToken, TOKENS, tokenLine, userLine } from '@/e2e/support/people';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { MASK } from '@/lib/model/mask-json';
import { ROUTE_RULES } from './route-rules';

const SECRET = 'hunter2-Zq9-do-not-show';
const EVENTS = 'shield:events';
const TASKS = 'shield:ingestion_queue';
const OWN = 'team:a:log';
const AUDIT = 'shield-dashboard:audit';
const GROUP = 'workers';
const JOB = 'job-1';

type Who = keyof typeof TOKENS;
const USERS = [
  userLine({ name: 'ann', role: 'admin', password: 'ann needs a long one' }),
  tokenLine('admin', 'admin', TOKENS.admin),
  tokenLine('operator', 'operator', TOKENS.operator),
  tokenLine('viewer', 'viewer', TOKENS.viewer),
  `${tokenLine('scoped', 'admin', TOKENS.scoped)} streams=team:a:*;none`,
].join(',');

let stack: Stack;
/** The entries with a secret, by stream; the last of each is written last. */
const ids: Record<string, string[]> = {};

const get = (who: Who, path: string) => send(stack.base, path, { headers: byToken(who) });

async function add(stream: string, ...fields: (string | Uint8Array)[]): Promise<void> {
  const args = fields.map((field) => (typeof field === 'string' ? field : Buffer.from(field)));
  const id = String(await stack.redis.command('XADD', stream, '*', ...args));
  ids[stream] = [...(ids[stream] ?? []), id];
}

beforeAll(async () => {
  stack = await startStack({
    dashboard: {
      env: {
        USERS,
        STREAMS: [TASKS, EVENTS, AUDIT].join(','),
        REDACT_FIELDS: 'password, *secret*,data.user.email,error_message',
        LOG_LEVEL: 'trace',
        METRICS_CONSUMERS_MAX: '100',
      },
    },
  });
  const event = (type: string, data: string | Uint8Array) =>
    add(
      EVENTS,
      ...['event_id', 'e', 'type', type, 'timestamp', '2026-01-02T03:04:05', 'job_id', JOB],
      ...['data', data, 'metadata', JSON.stringify({ my_secret: [SECRET] })],
    );
  await event('ingestion.started', JSON.stringify({ password: SECRET, seen: 'visible' }));
  await event('ingestion.progress', encode({ user: { email: SECRET }, seen: 'visible' }));
  await event(
    'ingestion.failed',
    JSON.stringify({ error: JSON.stringify({ password: SECRET }), seen: 'visible' }),
  );
  const metadata = JSON.stringify({ auth: { password: SECRET }, seen: 'visible' });
  await add(
    TASKS,
    ...['job_id', JOB, 'chunk_id', 'c', 'content', 'visible', 'source_uri', 'u'],
    ...['source_type', 't', 'metadata', metadata, 'retry_count', '0', 'timestamp', '2026-01-02'],
  );
  for (const stream of [EVENTS, TASKS, OWN]) {
    await add(stream, 'a', 'visible', 'password', SECRET, 'b', new Uint8Array([0xff, 0x00]));
    await add(stream, 'big', JSON.stringify({ pad: 'x'.repeat(40_000), password: SECRET }));
    await stack.redis.command('XGROUP', 'CREATE', stream, GROUP, '0');
    await stack.redis.command('XREADGROUP', 'GROUP', GROUP, 'c1', 'STREAMS', stream, '>');
  }
  await stack.redis.command(
    'HSET',
    `job:${JOB}`,
    ...['job_id', JOB, 'status', 'failed', 'metadata', metadata, 'error_message', SECRET],
  );
  await eventually(async () => {
    for (const path of [`/api/streams/${encodeURIComponent(OWN)}`, `/api/jobs/${JOB}`]) {
      expect((await get('admin', path)).status).toBe(200);
    }
    expect((await get('admin', '/events/stats')).text).toContain(OWN);
  });
});
afterAll(() => stack.stop());

/** Every address that answers GET, with this stream where one has a stream. */
function addressesOf(stream: string): string[] {
  const id = ids[stream]?.at(-2) ?? '1-0';
  return Object.entries(ROUTE_RULES)
    .filter(([route, rule]) => 'GET' in rule && !FEEDS.has(route))
    .map(([route]) =>
      route
        .replace('[stream]', encodeURIComponent(stream))
        .replace('[group]', GROUP)
        .replace('[id]', id)
        .replace('[job_id]', JOB)
        .replace('[[...rest]]', 'nothing'),
    );
}

const FEEDS: ReadonlySet<string> = new Set(['/events/stream', '/events/ws']);

/** Those that name the stream, in their path or behind it. */
function addressesNaming(stream: string): string[] {
  const name = encodeURIComponent(stream);
  return [...addressesOf(stream).filter((path) => path.includes(name)), `/events?stream=${name}`];
}

/** The same once more in every form that shows entries. */
function formsOf(stream: string): string[] {
  const own = addressesNaming(stream);
  const variants = (suffix: string, ...searches: string[]) =>
    own.filter((path) => path.endsWith(suffix)).flatMap((path) => searches.map((s) => path + s));
  const id = ids[stream]?.at(-2) ?? '1-0';
  return [
    ...own,
    ...variants('/entries', '?order=asc&limit=500'),
    ...variants('/download', '?format=csv', '?format=ndjson&q=visible'),
    ...variants('/search', '?q=visible'),
    ...variants('/pending', '?entries=1'),
    ...variants(`/${GROUP}`, '?tab=consumers', `?tab=pending&entry=${id}`),
    ...(ids[stream] ?? []).map(
      (each) => `/api/streams/${encodeURIComponent(stream)}/entries/${each}?whole=1`,
    ),
    `/streams/${encodeURIComponent(stream)}?entry=${id}`,
    `/events?stream=${encodeURIComponent(stream)}&q=visible`,
  ];
}

/** The text itself, and whatever in it is base64 of something. */
function holdsSecret(text: string): boolean {
  const encoded = text.match(/[A-Za-z0-9+/_-]{16,}=*/g) ?? [];
  return [text, ...encoded.map((part) => Buffer.from(part, 'base64').toString('latin1'))].some(
    (part) => part.includes(SECRET),
  );
}

describe('what REDACT_FIELDS names', () => {
  test('is nowhere in what any address answers, to an admin too', async () => {
    let masks = 0;
    const forms = [EVENTS, TASKS, OWN].flatMap(formsOf);
    const jobs = (ids[EVENTS] ?? []).slice(0, 5).map((id) => `/jobs/${JOB}?entry=${id}`);
    for (const path of new Set([...addressesOf(EVENTS), ...forms, ...jobs])) {
      const { status, text } = await get('admin', path);
      expect([path, status < 500]).toEqual([path, true]);
      expect([path, holdsSecret(text)]).toEqual([path, false]);
      if (text.includes(MASK)) masks++;
    }
    // The entries were there to be seen.
    expect(masks).toBeGreaterThan(20);
  });

  test.each([EVENTS, TASKS, OWN])('is in no frame of the live feed: %s', async (stream) => {
    const search = `?stream=${encodeURIComponent(stream)}&last_id=0&stats=1`;
    const count = ids[stream]?.length ?? 0;
    const sse = await SseClient.open(stack.base, `/events/stream${search}`, byToken('viewer'));
    const sockets = await Promise.all(
      ['', '&encoding=msgpack'].map((encoding) =>
        WebSocketClient.open(stack.base, `/events/ws${search}${encoding}`, byToken('viewer')),
      ),
    );
    for (const client of [sse, ...sockets]) {
      await client.untilEntries(count);
      const texts = client.items.map(({ data, text }) => text + JSON.stringify(data));
      expect(texts.filter(holdsSecret)).toEqual([]);
      expect(texts.join()).toContain(MASK);
      client.close();
    }
  });

  test('cannot be found by looking for it', async () => {
    const path = `/api/streams/${encodeURIComponent(EVENTS)}/search`;
    const found = async (search: Record<string, string>) => {
      const { status, text } = await get('admin', `${path}?${new URLSearchParams(search)}`);
      expect(status).toBe(200);
      return text.includes('"fields"');
    };
    expect(await found({ q: 'visible' })).toBe(true);
    expect(await found({ filter: 'data.seen:visible' })).toBe(true);
    expect(await found({ q: SECRET })).toBe(false);
    expect(await found({ filter: `data.password:${SECRET}` })).toBe(false);
    expect(await found({ filter: 'data.password:hunter*' })).toBe(false);
    const sse = await SseClient.open(
      stack.base,
      `/events/stream?last_id=0&q=${SECRET.slice(0, 7)}`,
      byToken('admin'),
    );
    await add(EVENTS, 'type', 'said.aloud', 'data', JSON.stringify({ x: SECRET.slice(0, 7) }));
    await sse.untilEntries(1);
    expect(sse.entries[0]?.event).toBe('said.aloud');
    sse.close();
  });

  test('an entry says which of its fields are masked', async () => {
    const path = `/api/streams/${encodeURIComponent(OWN)}/entries/${ids[OWN]?.[0]}`;
    expect((await get('admin', path)).json()).toEqual({
      id: ids[OWN]?.[0],
      fields: [
        ['a', 'visible'],
        ['password', MASK],
        ['b', { base64: '/wA=' }],
      ],
      masked: [1],
    });
  });
});

describe('one entry is revealed', () => {
  const path = (stream = OWN) =>
    `/api/streams/${encodeURIComponent(stream)}/entries/${ids[OWN]?.[0]}/reveal`;
  const reveal = (who: Who, body: unknown = {}, at = path()) =>
    postJson(stack.base, at, body, byToken(who));

  test('to an admin, and the audit has it before and after, with the reason', async () => {
    const answer = await reveal('admin', { reason: ' ticket 7 ' });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(answer.json()).toMatchObject({
      id: ids[OWN]?.[0],
      fields: [
        ['a', 'visible'],
        ['password', SECRET],
        ['b', { base64: '/wA=' }],
      ],
    });
    const acts = z.object({ acts: z.array(z.record(z.string(), z.unknown())) });
    await eventually(async () => {
      const { text, json } = await get('operator', '/api/audit?action=entry.reveal');
      expect(acts.parse(json()).acts).toMatchObject([
        {
          ...{ outcome: 'done', actor: 'admin', stream: OWN, targets: [ids[OWN]?.[0]] },
          ...{ reason: 'ticket 7', count: 1, before: null, after: null },
        },
      ]);
      expect(holdsSecret(text)).toBe(false);
    });
  });

  test('to nobody else, from no other site, and not without being asked rightly', async () => {
    const refused = async (answer: Promise<HttpAnswer>) => {
      const { status, text } = await answer;
      expect(holdsSecret(text)).toBe(false);
      return status;
    };
    expect(await refused(reveal('viewer'))).toBe(403);
    expect(await refused(reveal('operator'))).toBe(403);
    expect(await refused(reveal('admin', { reason: 1 }))).toBe(400);
    expect(await refused(reveal('admin', { other: 1 }))).toBe(400);
    expect(await refused(reveal('scoped', {}, path(EVENTS)))).toBe(403);
    expect(await refused(reveal('admin', {}, path('absent:stream')))).toBe(404);
    const foreign = { ...byToken('admin'), origin: 'https://evil.example' };
    expect(await refused(postJson(stack.base, path(), {}, foreign))).toBe(403);
  });
});

describe('who may see some streams only', () => {
  const THEIRS = encodeURIComponent(OWN);
  const OTHERS = [EVENTS, AUDIT, 'absent:stream'];

  test('gets no other stream by its name, there or not', async () => {
    for (const stream of OTHERS) {
      const name = encodeURIComponent(stream);
      const paths = addressesNaming(stream);
      if (stream === EVENTS) {
        const spelled = encodeURIComponent(`binary:${Buffer.from(stream).toString('base64url')}`);
        paths.push(...paths.map((path) => path.replace(name, spelled)));
      }
      for (const path of paths) {
        const { status } = await get('scoped', path);
        expect([path, status]).toEqual([path, 403]);
      }
      const beside = `?stream=${THEIRS}&stream=${name}`;
      expect((await get('scoped', `/events${beside}`)).status).toBe(403);
      for (const search of [`?stream=${name}`, `?stream=${name}&stats=only`, beside]) {
        const { status } = await get('scoped', `/events/stream${search}`);
        expect([search, status]).toEqual([search, 403]);
        const socket = WebSocketClient.open(stack.base, `/events/ws${search}`, byToken('scoped'));
        await expect(socket).rejects.toThrow('403');
      }
    }
    expect((await get('scoped', '/events/stream')).status).toBe(403);
    expect((await postJson(stack.base, '/api/tasks', {}, byToken('scoped'))).status).toBe(403);
  });

  test('gets all of their own', async () => {
    for (const path of addressesNaming(OWN)) {
      const { status, text } = await get('scoped', path);
      // Events are counted on one stream alone.
      expect([path, status]).toEqual([path, path.endsWith('/event-counts') ? 404 : 200]);
      expect([path, text.includes(EVENTS)]).toEqual([path, false]);
    }
    const search = `?stream=${THEIRS}&last_id=0`;
    const sse = await SseClient.open(stack.base, `/events/stream${search}`, byToken('scoped'));
    await sse.untilEntries(ids[OWN]?.length ?? 0);
    sse.close();
  });

  test('finds no other name in any list, nor in what is pushed', async () => {
    const lists = Object.keys(ROUTE_RULES).filter(
      (route) =>
        !route.includes('[') && !['/events/stream', '/events/ws', '/design'].includes(route),
    );
    const sse = await SseClient.open(stack.base, '/events/stream?stats=only', byToken('scoped'));
    await sse.next('dashboard.stats');
    sse.close();
    const texts = new Map([['pushed', sse.items.map(({ text }) => text).join()]]);
    for (const path of lists) texts.set(path, (await get('scoped', path)).text);
    for (const path of [
      'pushed',
      '/',
      '/events/stats',
      '/api/streams',
      '/metrics',
      '/health/detailed',
    ]) {
      expect([path, texts.get(path)?.includes(OWN)]).toEqual([path, true]);
    }
    for (const [path, text] of texts) {
      const names = [EVENTS, TASKS, AUDIT].filter((name) => text.includes(name));
      expect([path, names]).toEqual([path, []]);
    }
    const closed = ['/api/jobs', `/api/jobs/${JOB}`, '/api/audit', '/api/audit/download'];
    for (const path of [...closed, '/jobs', `/jobs/${JOB}`, '/audit']) {
      expect([path, (await get('scoped', path)).status]).toEqual([path, 403]);
    }
  });
});

describe('the stream of the audit', () => {
  test('is for who may read the audit, by any of its addresses and in any list', async () => {
    const name = encodeURIComponent(AUDIT);
    const paths = addressesNaming(AUDIT);
    // The first refusal of its kind is written down by itself: here one over WebSocket.
    const socket = WebSocketClient.open(stack.base, `/events/ws?stream=${name}`, byToken('viewer'));
    await expect(socket).rejects.toThrow('403');
    await eventually(async () => {
      const { text } = await get('operator', '/api/audit?action=request.refused&limit=500');
      expect(text).toContain('GET /events/ws');
    });
    const statuses = async (who: Who) =>
      new Set(await Promise.all(paths.map(async (path) => (await get(who, path)).status)));
    expect(await statuses('viewer')).toEqual(new Set([403]));
    expect([...(await statuses('operator'))]).toContain(200);
    const feed = (who: Who) => get(who, `/events/stream?stream=${name}`);
    expect((await feed('viewer')).status).toBe(403);
    for (const path of ['/', '/events/stats', '/api/streams', '/metrics']) {
      expect([path, (await get('viewer', path)).text.includes(AUDIT)]).toEqual([path, false]);
      expect([path, (await get('operator', path)).text.includes(AUDIT)]).toEqual([path, true]);
    }
  });
});

describe('at the end', () => {
  test('nothing is revealed that cannot be recorded', async () => {
    await stack.redis.command('DEL', AUDIT);
    await stack.redis.command('SET', AUDIT, 'in the way');
    const path = `/api/streams/${encodeURIComponent(OWN)}/entries/${ids[OWN]?.[0]}/reveal`;
    const { status, headers, text, json } = await postJson(stack.base, path, {}, byToken('admin'));
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(json()).toMatchObject({ code: 'audit_unavailable' });
    expect(holdsSecret(text)).toBe(false);
  });

  test('no secret stands in the log', () => {
    const log = stack.dashboard.logs();
    expect(log).toContain('entry.reveal');
    expect(holdsSecret(log)).toBe(false);
  });
});
