import { describe, expect, test } from 'vitest';
import { send } from '@/e2e/support/http-client';
import { ownServers } from '@/e2e/support/own-servers';
import { Random } from '@/e2e/support/random';
import { randomFields } from '@/e2e/support/random-entries';
import { eventFields } from '@/e2e/support/redis-facts';
import { TRANSPORTS } from '@/e2e/support/transports';
import { toFeedMessage } from '@/lib/model/event';
import { filterMatcher } from '@/lib/model/filter-match';
import { parseFilter } from '@/lib/model/filter-parse';

const own = ownServers();

const FILTERS = [
  'data.n>500',
  'n<=500 -type:*.started',
  'type:ingestion.*,query.* walrus',
  '-job:job-1,job-2 -"no json"',
  'metadata.m=quagga,walrus data:*',
  '"name":*walrus*,job-1',
  'timestamp>2026-01-02T03 type!=UPPER.case',
];

/** Ids of what the filter lets through of the stream as Redis holds it. */
async function passing(stream: string, text: string): Promise<string[]> {
  const bytes = (value: unknown) =>
    Buffer.isBuffer(value) ? value : new TextEncoder().encode(String(value));
  const reply = await own.redis.command('XRANGE', stream, '-', '+');
  const matches = filterMatcher(parseFilter(text).filter ?? []);
  return (reply as [string, unknown[]][]).flatMap(([id, flat]) => {
    const fields = flat.flatMap((name, at): [Uint8Array, Uint8Array][] =>
      at % 2 === 0 ? [[bytes(name), bytes(flat[at + 1])]] : [],
    );
    return matches?.(toFeedMessage({ id, fields })) ? [id] : [];
  });
}

describe('a filter on the live feed', () => {
  test('over every transport lets through what it matches in XRANGE, from history and live', async () => {
    const stream = 'filtered:all';
    const random = Random.fromEnvironment();
    const add = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          own.redis.command('XADD', stream, '*', ...randomFields(random)),
        ),
      );
    await add(400);
    const followers = await Promise.all(
      TRANSPORTS.flatMap((transport) =>
        FILTERS.map(async (filter) => ({
          filter,
          client: await own.servers.open(transport, { stream, last_id: '0', filter }),
        })),
      ),
    );
    await add(400);
    // Passes every one of them, and comes last.
    const fields = eventFields('ingestion.walrus', '{"n":501,"name":"walrus"}', 'other');
    const last = fields.map((field) => (field === '{}' ? '{"m":"walrus"}' : field));
    await own.redis.command('XADD', stream, '*', ...last);
    await own.redis.command(
      'XADD',
      stream,
      '*',
      ...last.map((f) => (f === '{"n":501,"name":"walrus"}' ? '{"n":5,"name":"walrus"}' : f)),
    );
    const passed = new Map<string, string[]>();
    for (const filter of FILTERS) passed.set(filter, await passing(stream, filter));
    for (const { filter, client } of followers) {
      const expected = passed.get(filter) ?? [];
      expect(expected.length, filter).toBeGreaterThan(3);
      await client.untilEntries(expected.length);
      expect(client.ids, filter).toEqual(expected);
    }
  });

  test('that is malformed is refused by 400, with the place', async () => {
    const query = new URLSearchParams({ filter: 'ok data.n>' });
    for (const { url } of [own.servers.server, own.servers.nextApp]) {
      const answer = await send(url, `/events/stream?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'invalid_filter',
        errors: [{ field: 'filter', start: 9, end: 10, message: 'A value is missing here.' }],
      });
    }
    const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
    const headers = {
      ...upgrade,
      'sec-websocket-version': '13',
      'sec-websocket-key': 'a'.repeat(24),
    };
    const refused = await send(own.servers.server.url, `/events/ws?${query}`, { headers });
    expect([refused.status, refused.json()]).toMatchObject([400, { code: 'invalid_filter' }]);
  });
});
