import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { send } from '@/e2e/support/http-client';
import { addEntries, addEvent, eventFields } from '@/e2e/support/redis-facts';
import { SseClient } from '@/e2e/support/sse-client';
import { PERSISTENT, restartRedis, type Stack, startStack } from '@/e2e/support/stack';
import { refusedUpgrade, WebSocketClient } from '@/e2e/support/websocket-client';

const DEFAULT = 'shield:events';

let stack: Stack;
const open: { close: () => void }[] = [];

beforeAll(async () => {
  stack = await startStack({ redis: { args: PERSISTENT } });
});
afterAll(() => stack.stop());
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

async function connected(query = '', headers: Record<string, string> = {}) {
  const client = await WebSocketClient.open(stack.base, `/events/ws${query}`, headers);
  open.push(client);
  await client.next('dashboard.hello');
  return client;
}

describe('the feed', () => {
  test('greets, and sends only what is new', async () => {
    const last = await addEvent(stack.redis, DEFAULT, 'old.event');
    const client = await connected();
    expect(client.items[0]).toMatchObject({
      id: undefined,
      event: 'dashboard.hello',
      data: { stream: DEFAULT, requested: null, resumed_from: last },
    });
    const id = await addEvent(stack.redis, DEFAULT, 'new.event', '{"big":9223372036854775807}');
    await client.untilEntries(1);
    expect(client.entries).toMatchObject([{ id, event: 'new.event', data: { job_id: 'job-1' } }]);
    expect(client.entries[0]?.text).toContain('"big":9223372036854775807');
  });

  test('is the same as over Server-Sent Events, message for message', async () => {
    const stream = 'ws:same';
    await addEntries(stack.redis, stream, 700, (index) => eventFields('a.b', `{"n":${index}}`));
    await stack.redis.command('XADD', stream, '*', 'raw', Buffer.from([0xff, 0]), 'raw', '2');
    await stack.redis.command('XADD', stream, '*', 'type', 'dashboard.hello\n', 'data', '"quoted"');
    const query = `?stream=${stream}&last_id=0`;
    const byWebSocket = await connected(query);
    const bySse = await SseClient.open(stack.base, `/events/stream${query}`);
    open.push(bySse);
    const last = await addEvent(stack.redis, stream, 'größe.日本', '{"text":"\\u2028"}');
    await byWebSocket.untilEntries(703);
    await bySse.untilEntries(703);
    const told = ({ id, event, data }: (typeof bySse.items)[number]) => ({ id, event, data });
    expect(byWebSocket.told.map(told)).toEqual(bySse.told.map(told));
    expect(byWebSocket.ids.at(-1)).toBe(last);
  });

  test('resumes after last_id, which the Last-Event-ID header overrules; filters hold', async () => {
    const stream = 'ws:resume';
    const ids = await addEntries(stack.redis, stream, 6, (index) =>
      eventFields(index % 2 === 0 ? 'even.one' : 'odd.one'),
    );
    const byQuery = await connected(`?stream=${stream}&last_id=${ids[3]}`);
    await byQuery.untilEntries(2);
    expect(byQuery.ids).toEqual(ids.slice(4));
    const byHeader = await connected(`?stream=${stream}&last_id=0&type=odd.*`, {
      'last-event-id': String(ids[1]),
    });
    await byHeader.untilEntries(2);
    expect(byHeader.ids).toEqual([ids[3], ids[5]]);
  });

  test('stays through an outage of Redis', async () => {
    const client = await connected();
    await stack.redis.kill();
    const down = await client.next('dashboard.status');
    expect(down.data).toMatchObject({ redis: 'down', code: 'redis_unreachable' });
    await restartRedis(stack.redis);
    const id = await addEvent(stack.redis, DEFAULT, 'after.outage');
    await client.untilEntries(1);
    expect(client.ids).toEqual([id]);
    await client.until(
      () => JSON.stringify(client.named('dashboard.status').at(-1)?.data).includes('"up"'),
      'That Redis is up',
    );
  });
});

describe('what is refused', () => {
  test('an upgrade from a foreign Origin', async () => {
    const refusal = await refusedUpgrade(stack.base, '/events/ws', {
      origin: 'http://evil.example',
    });
    expect(refusal.status).toBe(403);
    expect(refusal.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(refusal.text)).toMatchObject({ status: 403, code: 'foreign_origin' });
    await expect(
      refusedUpgrade(stack.base, '/events/ws', { origin: 'null' }).then(({ status }) => status),
    ).resolves.toBe(403);
    const own = await connected('', { origin: stack.base });
    expect(own.told).toHaveLength(1);
  });

  test('an upgrade for a foreign Host', async () => {
    const refusal = await refusedUpgrade(stack.base, '/events/ws', { host: 'evil.example' });
    expect(refusal.status).toBe(403);
    expect(JSON.parse(refusal.text)).toMatchObject({ code: 'foreign_host' });
  });

  test.each(['/', '/events/stream', '/events/ws/more', '/_next/webpack-hmr', '//events/ws'])(
    'an upgrade of %s',
    async (path) => {
      const refusal = await refusedUpgrade(stack.base, path);
      expect(refusal.status).toBe(404);
      expect(JSON.parse(refusal.text)).toMatchObject({ code: 'not_found' });
    },
  );

  test('a last_id that is none', async () => {
    const refusal = await refusedUpgrade(stack.base, '/events/ws?last_id=now');
    expect(refusal.status).toBe(400);
    expect(JSON.parse(refusal.text)).toMatchObject({ code: 'invalid_entry_id' });
  });

  test.each([
    ['sec-websocket-key', 'short'],
    ['sec-websocket-version', '1'],
  ])('a handshake with a bad %s', async (header, value) => {
    const { status } = await refusedUpgrade(stack.base, '/events/ws', { [header]: value });
    expect(status).toBe(400);
  });

  test('a plain GET', async () => {
    const answer = await send(stack.base, '/events/ws');
    expect(answer.status).toBe(426);
    expect(answer.json()).toMatchObject({ status: 426, code: 'upgrade_required' });
  });

  test('a message of more than 64 KiB: it ends the socket, and only that one', async () => {
    const loud = await connected();
    const other = await connected();
    loud.socket.send('x'.repeat(60 * 1024));
    const first = await addEvent(stack.redis, DEFAULT, 'small.talk');
    await loud.untilEntries(1);
    loud.socket.send('x'.repeat(65 * 1024));
    expect(await loud.untilClosed()).toMatchObject({ code: 1009 });
    const second = await addEvent(stack.redis, DEFAULT, 'goes.on');
    await other.untilEntries(2);
    expect(other.ids).toEqual([first, second]);
  });
});
