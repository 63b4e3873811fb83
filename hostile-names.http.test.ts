import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '@/e2e/support/eventually';
import { send } from '@/e2e/support/http-client';
import { SseClient } from '@/e2e/support/sse-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import { WebSocketClient } from '@/e2e/support/websocket-client';
import { groupApiHref, groupPageHref } from '@/lib/model/group-href';
import { nameFromBytes } from '@/lib/model/name';
import { streamApiHref, streamPageHref } from '@/lib/model/stream-href';

let stack: Stack;
beforeAll(async () => {
  const env = { HISTORY: 'memory', METRICS_CONSUMERS_MAX: '100' };
  stack = await startStack({ dashboard: { env } });
});
afterAll(() => stack.stop());

/** Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const asLabel = (name: string) =>
  name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
const text = (name: string) => new TextEncoder().encode(name);
/** Names of a stream, a group and a consumer. */
const NAMES: [string, Uint8Array, Uint8Array, Uint8Array][] = [
  ['words of commands', text('STREAMS'), text('COUNT'), text('BLOCK')],
  ['signs that commands take for an id', text('>'), text('$'), text('*')],
  ['other words of commands', text('MAXLEN'), text('GROUP'), text('NOACK')],
  ['line breaks', text('a\r\nid: 9-9\n\n'), text('g\n\ndata: {}'), text('c\r\nset-cookie: a=b')],
  [
    'bytes that are no text',
    Uint8Array.of(0xff, 0, 0x80),
    Uint8Array.of(0xfe, 0xc3),
    Uint8Array.of(0xc0, 0x0a),
  ],
  ['ways out of a folder', text('../../etc'), text('..'), text('.')],
  ['markup', text('"><script>alert(1)</script>'), text("'--><img src=x>"), text('</title><b>')],
];

describe.each(NAMES)('names that are %s', (_what, stream, group, consumer) => {
  const names = [stream, group, consumer].map(nameFromBytes);
  const [streamName = '', groupName = '', consumerName = ''] = names;

  test('are those of this stream, group and consumer everywhere, and nothing else', async () => {
    const { command } = stack.redis;
    const first = String(await command('XADD', stream, '*', 'type', 'named', 'data', '{}'));
    await command('XGROUP', 'CREATE', stream, group, '0');
    await command('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream, '>');
    const before = await command('XINFO', 'STREAM', stream, 'FULL');

    const get = async (path: string) => {
      const answer = await send(stack.base, path, { headers: { accept: '*/*' } });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers['set-cookie']).toBeUndefined();
      return answer;
    };
    const ofStream = streamApiHref(streamName);
    const ofGroup = groupApiHref(streamName, groupName);
    expect((await get(ofStream)).json()).toMatchObject({ name: streamName });
    expect((await get(`${ofStream}/entries`)).json()).toMatchObject({ entries: [{ id: first }] });
    expect((await get(`${ofStream}/entries/${first}`)).text).toContain(first);
    expect((await get(ofGroup)).text).toContain(JSON.stringify(groupName));
    expect((await get(`${ofGroup}/consumers`)).text).toContain(JSON.stringify(consumerName));
    expect((await get(`${ofGroup}/pending`)).text).toContain(first);
    await eventually(async () =>
      expect((await get('/api/streams')).text).toContain(JSON.stringify(streamName)),
    );
    for (const page of [streamPageHref(streamName), groupPageHref(streamName, groupName)]) {
      const { text: html } = await get(page);
      expect(html).not.toMatch(/<script>alert|<img src=x>|<\/title><b>/);
    }
    const feed = `/events/stream?last_id=0&stream=${encodeURIComponent(streamName)}`;
    const client = await SseClient.open(stack.base, feed);
    expect(await client.next('named')).toMatchObject({ id: first });
    const socket = await WebSocketClient.open(stack.base, feed.replace('/stream?', '/ws?'));
    expect(await socket.next('named')).toMatchObject({ id: first });
    for (const each of [client, socket]) {
      each.close();
      expect(each.ids).toEqual([first]);
    }

    const { text: found } = await get(`${ofStream}/search`);
    const told = found
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.filter(({ kind }) => kind !== 'progress')).toMatchObject([
      { kind: 'begin', stream: streamName, total: 1 },
      { kind: 'entry', entry: { id: first } },
      { kind: 'end', found: 1 },
    ]);
    for (const format of ['ndjson', 'csv']) {
      const file = await get(`${ofStream}/download?format=${format}`);
      expect(file.text).toContain(first);
      // A name of a file in a header: nothing of it ends the header, or leaves the folder.
      expect(file.headers['content-disposition']).toMatch(
        /^attachment; filename="[\w.-]+"(; filename\*=UTF-8''[\w.%~!$&+^`|'()*-]+)?$/,
      );
    }
    expect((await get(`${ofStream}/history`)).json()).toMatchObject({ stream: streamName });
    const metrics = await eventually(async () => {
      const scraped = (await get('/metrics')).text;
      expect(scraped).toContain(`stream="${asLabel(streamName)}"`);
      expect(scraped).toContain(`group="${asLabel(groupName)}"`);
      expect(scraped).toContain(`consumer="${asLabel(consumerName)}"`);
      return scraped;
    });
    // One sample a line: a break in a name would begin another.
    for (const line of metrics.trim().split('\n')) {
      expect(line).toMatch(/^(#.*|\w+(\{.*\})? \S+)$/s);
    }
    // Looking changed nothing of it.
    expect(await command('XINFO', 'STREAM', stream, 'FULL')).toEqual(before);
  });
});
