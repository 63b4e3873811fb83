import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { toWireEntry, type WireEntry } from './entry';
import { COPY_FORMS, copyEntry, isEnqueuedAgain } from './entry-copy';
import { taskFields } from './task';

const QUEUE = 'shield:ingestion_queue';
const origin = 'http://127.0.0.1:3000';

type Field = [name: string, value: string | Uint8Array];

function entryOf(fields: Field[]): WireEntry {
  const bytes = (value: string | Uint8Array) =>
    typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return toWireEntry({
    id: '5-1',
    fields: fields.map(([name, value]) => [bytes(name), bytes(value)]),
  });
}

const copied = (fields: Field[], stream = 'shield:events') => ({
  ...{ stream, origin, taskStream: QUEUE },
  entry: entryOf(fields),
});

const task: Field[] = taskFields({
  ...{ job_id: 'job-7', chunk_id: 'c-1', content: "it's\n\u001b[2J", source_uri: 's3://a/b' },
  ...{ source_type: 'pdf', metadata: { title: 'ä' }, retry_count: 2, timestamp: '2026-02-01' },
});

function withField(name: string, value: string | Uint8Array): Field[] {
  return task.map((field): Field => (field[0] === name ? [name, value] : field));
}

describe('JSON', () => {
  it('is the entry decoded: fields in order, doubles too, numbers as they were written', () => {
    const text = copyEntry(
      'json',
      copied([
        ['type', 'a'],
        ['data', '{"big": 12345678901234567890, "one": 1.0}'],
        ['type', 'b'],
        ['packed', encode({ deep: [1, 'two'] })],
        ['raw', new Uint8Array([0xc1, 0xff])],
      ]),
    );
    expect(JSON.parse(text)).toEqual({
      ...{ stream: 'shield:events', id: '5-1' },
      fields: [
        ['type', 'a'],
        ['data', { big: Number('12345678901234567890'), one: 1 }],
        ['type', 'b'],
        ['packed', { deep: [1, 'two'] }],
        ['raw', { base64: 'wf8=' }],
      ],
    });
    expect(text).toContain('12345678901234567890');
    expect(text).toContain('1.0');
  });
});

describe('curl', () => {
  it('enqueues a task again, its hostile content escaped', () => {
    const line = copyEntry('curl', copied(task, QUEUE));
    expect(line).toContain(`curl -sS ${origin}/api/tasks -H 'Content-Type: application/json'`);
    expect(line).toContain(String.raw`"content":"it'\''s\n\u001b[2J"`);
    expect(line).not.toContain('retry_count');
  });

  it('takes a long task from its standard input', () => {
    const line = copyEntry('curl', copied(withField('content', 'x'.repeat(200_000)), QUEUE));
    expect(line).toMatch(/^printf '%s' '/);
    expect(line).toMatch(/--data-binary @-$/);
  });

  it('reads any other entry, whole', () => {
    expect(copyEntry('curl', copied([['a', 'b']], "it's/å"))).toBe(
      `curl -sS 'http://127.0.0.1:3000/api/streams/it'\\''s%2F%C3%A5/entries/5-1?whole=1'`,
    );
  });

  it.each([
    ['another stream', copied(task, 'other')],
    ['another order of fields', copied(task.toReversed(), QUEUE)],
    ['a field more', copied([...task, ['extra', '1']], QUEUE)],
    ['content that is no text', copied(withField('content', new Uint8Array([0xff])), QUEUE)],
    ['metadata in MessagePack', copied(withField('metadata', encode({ a: 1 })), QUEUE)],
    ['metadata that is no object', copied(withField('metadata', '[1]'), QUEUE)],
    ['digits that would be lost', copied(withField('metadata', '{"n":9007199254740993}'), QUEUE)],
    ['an id that would be trimmed', copied(withField('job_id', ' job '), QUEUE)],
  ])('enqueues nothing that would become another task: %s', (_, entry) => {
    expect(isEnqueuedAgain(entry)).toBe(false);
    expect(copyEntry('curl', entry)).toMatch(/^curl -sS \S+\/entries\/5-1\?whole=1'?$/);
  });

  it('takes metadata however it is spaced', () => {
    expect(isEnqueuedAgain(copied(withField('metadata', '{"a": 1.0}\n'), QUEUE))).toBe(true);
  });
});

describe('every form', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal obeys
  const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const hostile: Field[] = [
    ['a\u001b]0;x\u0007', '\u009b2J\r\u202e'],
    ["'; rm -rf / #", '$(reboot) `id` "\\'],
    [String.fromCharCode(0), new Uint8Array([0x9b, 0x32, 0x4a, 0x27, 0x0a])],
  ];

  it.each(COPY_FORMS)('%s: leaves nothing that a terminal would obey', (form) => {
    const entry = copied(hostile, 'evil\u001b[2J\nreboot');
    expect(copyEntry(form, entry)).not.toMatch(OBEYED);
    expect(copyEntry(form, { ...entry, taskStream: entry.stream })).not.toMatch(OBEYED);
  });
});
