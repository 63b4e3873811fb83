import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { addEntries, addEvent } from '@/e2e/support/redis-facts';
import { type Stack, startStack } from '@/e2e/support/stack';
import { FINDING_CODES, SEVERITIES } from '@/lib/model/finding';

const finding = z.strictObject({
  code: z.enum(FINDING_CODES),
  severity: z.enum(SEVERITIES),
  stream: z.string(),
  group: z.string().nullable(),
  consumer: z.string().nullable(),
  entry: z.string().nullable(),
  since: z.iso.datetime().nullable(),
  headline: z.string().min(1),
  sentence: z.string().min(1),
  evidence: z.array(
    z.strictObject({
      name: z.string(),
      value: z.union([z.number(), z.string()]),
      unit: z.string(),
    }),
  ),
  cure: z.strictObject({ sentence: z.string().min(1), commands: z.array(z.string()) }),
});
const groupAnswer = z.looseObject({
  state: z.string(),
  state_reason: z.string(),
  findings: z.array(finding),
  outlook: z.strictObject({
    rate_window_ms: z.number().nonnegative(),
    trend: z.unknown(),
    drain: z.looseObject({ status: z.string() }),
    trim: z.unknown(),
  }),
});
const streams = z.object({
  streams: z.array(z.looseObject({ name: z.string(), findings: z.array(finding) })),
});

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ dashboard: { env: { HISTORY: 'memory' } } });
});
afterAll(() => stack.stop());

const get = (path: string) => send(stack.base, path);
const stream = 'groups:troubled';
const group = `/api/streams/${stream}/groups/workers`;
const page = `/streams/${stream}/groups/workers`;
let ids: string[];

const idAt = (index: number) => ids[index] ?? '';

/** Thirty entries; `hung` holds the first twelve for ten minutes, `well` the next eight. */
beforeAll(async () => {
  const { command } = stack.redis;
  ids = await addEntries(stack.redis, stream, 29, (index) => ['n', String(index)]);
  ids.push(await addEvent(stack.redis, stream, 'ingestion.failed', '{"error":"LLM timeout"}'));
  await command('XGROUP', 'CREATE', stream, 'workers', '0');
  const read = (consumer: string, count: number) =>
    command('XREADGROUP', 'GROUP', 'workers', consumer, 'COUNT', count, 'STREAMS', stream, '>');
  await read('hung', 12);
  await read('well', 18);
  const claim = (id: string, ...rest: (string | number)[]) =>
    command('XCLAIM', stream, 'workers', 'hung', 0, id, ...rest, 'JUSTID');
  for (const id of ids.slice(0, 12)) await claim(id, 'IDLE', 600_000);
  await claim(idAt(3), 'IDLE', 600_000, 'RETRYCOUNT', 9);
  await command('XDEL', stream, idAt(1));
});

describe('one group', () => {
  test('has its state, its outlook and everything found in it', async () => {
    // A sample serves for a second: one may have been taken before all of this was there.
    const body = await eventually(async () => {
      const answer = await get(group);
      expect(answer.status).toBe(200);
      const parsed = groupAnswer.parse(answer.json());
      expect(parsed).toMatchObject({
        ...{ stream, name: 'workers', pending: 30, state: 'stalled', pending_looked_at: 30 },
        edges: { length: 29, first_entry: idAt(0), last_entry: ids.at(-1) },
        outlook: { drain: { status: 'drained' } },
      });
      return parsed;
    });
    const codes = body.findings.map(({ code }) => code);
    expect(codes).toContain('poison_entry');
    expect(codes).toContain('consumer_stuck');
    expect(codes).not.toContain('entry_held');
    expect(body.findings.find(({ code }) => code === 'poison_entry')).toMatchObject({
      ...{ entry: idAt(3), consumer: 'hung', group: 'workers' },
      cure: { commands: [`redis-cli XRANGE ${stream} ${idAt(3)} ${idAt(3)}`, expect.any(String)] },
    });
  });

  test('is found in the list of streams and in the statistics alike', async () => {
    await eventually(async () => {
      const list = streams.parse((await get('/api/streams')).json());
      const listed = list.streams.find(({ name }) => name === stream);
      expect(listed?.findings).toMatchObject([
        { code: 'entry_held', severity: 'stopped', group: 'workers', consumer: 'hung' },
      ]);
      const stats = z
        .object({ streams: z.record(z.string(), z.looseObject({})) })
        .parse((await get('/events/stats')).json());
      expect(stats.streams[stream]).toMatchObject({ findings: [{ code: 'entry_held' }] });
    });
  });
});

describe('its consumers', () => {
  const consumersPage = z.looseObject({
    consumers: z.array(
      z.strictObject({
        name: z.string(),
        pending: z.number(),
        idle_ms: z.number(),
        inactive_ms: z.number().nullable(),
        held_ms: z.number().nullable(),
        state: z.enum(['dead', 'stuck', 'idle', 'active']),
      }),
    ),
    next: z.number().nullable(),
  });

  test('are sorted, searched and paged, each with its state', async () => {
    const answer = await get(`${group}/consumers?limit=1`);
    const first = consumersPage.parse(answer.json());
    expect(first).toMatchObject({ total: 2, matching: 2, next: 1, consumers: [{ name: 'well' }] });
    const rest = await get(`${group}/consumers?limit=1&offset=1`);
    expect(consumersPage.parse(rest.json())).toMatchObject({
      ...{ next: null, consumers: [{ name: 'hung', pending: 12, state: 'stuck' }] },
    });
    const found = await get(`${group}/consumers?q=WEL&sort=name`);
    expect(found.json()).toMatchObject({ total: 2, matching: 1, consumers: [{ name: 'well' }] });
  });

  test('every wrong parameter is named', async () => {
    const answer = await get(`${group}/consumers?sort=size&order=up&offset=-1&limit=0`);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      {
        code: 'invalid_request',
        errors: [{ field: 'sort' }, { field: 'order' }, { field: 'offset' }, { field: 'limit' }],
      },
    ]);
  });
});

describe('what is pending', () => {
  test('by owner, age and deliveries, and how many were looked at', async () => {
    const idsOf = async (query: string) => {
      const body = z
        .looseObject({ pending: z.array(z.looseObject({ id: z.string() })), scanned: z.number() })
        .parse((await get(`${group}/pending?${query}`)).json());
      return [body.scanned, body.pending.map(({ id }) => id)];
    };
    expect(await idsOf('consumer=hung&limit=500')).toEqual([12, ids.slice(0, 12)]);
    expect(await idsOf('min_idle_ms=300000')).toEqual([30, ids.slice(0, 12)]);
    expect(await idsOf('min_deliveries=9')).toEqual([30, [idAt(3)]]);
    expect(await idsOf('min_deliveries=9&consumer=well')).toEqual([18, []]);
  });

  test('comes with its entries where they are asked for', async () => {
    const body = (await get(`${group}/pending?entries=1&limit=3`)).json();
    expect(body).toMatchObject({
      stream,
      group: 'workers',
      pending: [
        { entry: { state: 'here', fields: [['n', '0']], omitted_bytes: null } },
        { id: idAt(1), entry: { state: 'deleted' } },
        { entry: { state: 'here', fields: [['n', '2']] } },
      ],
      next: idAt(2),
    });
  });
});

describe('the page, before any script', () => {
  /** What a reader sees of the HTML, tags and entities taken out. */
  const textOf = (html: string) =>
    html
      .replaceAll(/<script[\s\S]*?<\/script>/g, ' ')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll('&#x27;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll(/\s+/g, ' ');

  test('has figures, diagnosis with cure, and the pending list', async () => {
    const answer = await get(page);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    const text = textOf(answer.text);
    for (const words of ['Lag', 'Lost', 'Behind', 'Drains in', 'stalled']) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/hung (still|may still) asks? for entries, holds 12 entries/);
    expect(text).toContain(`redis-cli XACK ${stream} workers ${idAt(3)}`);
    expect(text).toContain('entry deleted');
    expect(text).toContain('ingestion.failed');
    expect(text).toContain('30 shown');
  });

  test('keeps its filters and tabs in the address', async () => {
    const filtered = textOf((await get(`${page}?min_deliveries=5`)).text);
    expect(filtered).toContain('1 shown of 30 pending');
    expect(filtered).toContain('30 entries looked at');
    const consumers = textOf((await get(`${page}?tab=consumers&sort=name`)).text);
    expect(consumers).toContain('1 to 2 of 2');
    const cursor = textOf((await get(`${page}?tab=cursor`)).text);
    expect(cursor).toContain('Last delivered');
    expect(cursor).toContain('0 entries wait');
    const wrong = textOf((await get(`${page}?after=yesterday&limit=0`)).text);
    expect(wrong).toContain('The address asks for what cannot be read.');
    expect(wrong).toContain('30 shown');
  });

  test('teaches where there is no such group or stream, and changes nothing by it', async () => {
    const absent = textOf((await get(`/streams/${stream}/groups/none`)).text);
    expect(absent).toContain(`redis-cli XGROUP CREATE ${stream} none '$'`);
    expect(textOf((await get('/streams/no:such/groups/none')).text)).toContain(
      'Redis has no such stream',
    );
    expect(await stack.redis.command('EXISTS', 'no:such')).toBe(0);
  });

  test('any name, binary ones too', async () => {
    const name = Buffer.from([0xff, 0x2f, 0x00]);
    const path = `binary:${name.toString('base64url')}`;
    await stack.redis.command('XADD', name, '5-0', 'n', '1');
    await stack.redis.command('XGROUP', 'CREATE', name, name, '0');
    await stack.redis.command('XGROUP', 'CREATE', name, '100% a/b ü', '0');
    await eventually(async () => {
      const odd = textOf((await get(`/streams/${path}/groups/${path}`)).text);
      expect(odd).toContain('nobody reading');
      expect(odd).toContain(String.raw`XINFO CONSUMERS "\xff/\x00" "\xff/\x00"`);
    });
    await eventually(async () => {
      const named = await get(`/streams/${path}/groups/${encodeURIComponent('100% a/b ü')}`);
      expect(textOf(named.text)).toContain('100% a/b ü nobody reading');
    });
  });
});
