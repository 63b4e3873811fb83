import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TASK_CONTENT_BYTES_MAX, taskFields, taskInputSchema } from './task';
import { fieldErrors } from './validation';

const whole = { content: 'text', source_uri: 'file:///a.md', source_type: 'markdown' };

/** What is wrong with a body, by field. */
function faults(body: unknown): Record<string, string> {
  const parsed = taskInputSchema.safeParse(body);
  if (parsed.success) return {};
  return Object.fromEntries(
    fieldErrors(parsed.error).map(({ field, message }) => [field, message]),
  );
}

describe('a task from outside', () => {
  it('needs three fields and may have three more', () => {
    expect(faults(whole)).toEqual({});
    const ids = { job_id: 'j', chunk_id: 'c', metadata: { a: [1, null, { b: 'x' }] } };
    expect(taskInputSchema.parse({ ...whole, ...ids })).toEqual({ ...whole, ...ids });
  });

  it('is told every wrong field at once, in words', () => {
    expect(faults({})).toEqual({
      content: 'content is missing',
      source_uri: 'source_uri is missing',
      source_type: 'source_type is missing',
    });
    const wrong = { content: '', source_uri: ' ', source_type: 5, job_id: '', chunk_id: null };
    expect(faults({ ...wrong, metadata: [], retry_count: 3 })).toEqual({
      content: 'content is empty',
      source_uri: 'source_uri is empty',
      source_type: 'source_type must be text',
      job_id: 'job_id is empty',
      chunk_id: 'chunk_id must be text',
      metadata: 'metadata must be a JSON object',
      retry_count: 'this field is not known',
    });
    expect(faults({ ...whole, source_uri: 'x'.repeat(513) })).toEqual({
      source_uri: 'source_uri is longer than 512 characters',
    });
  });

  it.each([null, [], 'text', 5, undefined])('must be an object, not %j', (body) => {
    expect(faults(body)).toEqual({ '': 'a JSON object is expected' });
  });

  it.each([null, 'x', 5, [], true])('has an object for metadata, not %j', (metadata) => {
    expect(faults({ ...whole, metadata })).toEqual({ metadata: 'metadata must be a JSON object' });
  });

  it('keeps its content as it is, and its names without space around them', () => {
    const parsed = taskInputSchema.parse({ ...whole, content: ' \n', job_id: ' j 1 ' });
    expect(parsed).toMatchObject({ content: ' \n', job_id: 'j 1' });
  });

  it('is measured in bytes', () => {
    expect(faults({ ...whole, content: 'é'.repeat(TASK_CONTENT_BYTES_MAX / 2) })).toEqual({});
    const over = `${'é'.repeat(TASK_CONTENT_BYTES_MAX / 2)}x`;
    expect(faults({ ...whole, content: over })).toEqual({
      content: 'content is longer than 524288 bytes',
    });
  });

  it('keeps any JSON object for metadata, a prototype key too', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (object) => {
        const text = JSON.stringify(object);
        fc.pre(!/\d{16}/.test(text));
        const parsed = taskInputSchema.parse({ ...whole, metadata: JSON.parse(text) });
        expect(JSON.stringify(parsed.metadata)).toBe(text);
      }),
    );
    const text = '{"__proto__":{"a":1},"b":{"__proto__":2}}';
    const parsed = taskInputSchema.parse({ ...whole, metadata: JSON.parse(text) });
    expect(JSON.stringify(parsed.metadata)).toBe(text);
  });

  it('is refused where it could not be written so that it reads the same again', () => {
    expect(faults({ ...whole, content: 'a\ud800', job_id: '\udc00' })).toEqual({
      content: 'content holds half a character',
      job_id: 'job_id holds half a character',
    });
    expect(faults({ ...whole, content: '😀' })).toEqual({});
    const metadata = JSON.parse('{"a":[{"n":12345678901234567890}]}');
    expect(faults({ ...whole, metadata })).toEqual({
      'metadata.a.0.n': 'this number has more digits than are kept: write it as text',
    });
    expect(faults({ ...whole, metadata: { a: 1e300, b: 0.1, c: 2 ** 53 - 1 } })).toEqual({});
  });

  it('is refused where its metadata is nested out of reason', () => {
    const nested = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect(faults({ ...whole, metadata: nested(64) })).toEqual({});
    const tooDeep = { metadata: 'metadata is nested deeper than 64' };
    expect(faults({ ...whole, metadata: nested(65) })).toEqual(tooDeep);
    expect(faults({ ...whole, metadata: nested(100_000) })).toEqual(tooDeep);
  });
});

describe('taskFields', () => {
  const task = {
    timestamp: '2026-01-01T00:00:00.000Z',
    retry_count: 0,
    metadata: {},
    source_type: 'markdown',
    source_uri: 'file:///a.md',
    content: 'text',
    chunk_id: 'c1',
    job_id: 'j1',
  };

  it('are eight, flat, in the order of the contract', () => {
    expect(taskFields(task)).toEqual([
      ['job_id', 'j1'],
      ['chunk_id', 'c1'],
      ['content', 'text'],
      ['source_uri', 'file:///a.md'],
      ['source_type', 'markdown'],
      ['metadata', '{}'],
      ['retry_count', '0'],
      ['timestamp', '2026-01-01T00:00:00.000Z'],
    ]);
  });

  it('pass bytes on as they are', () => {
    const bytes = Uint8Array.of(0x81, 0xff);
    const fields = new Map(taskFields({ ...task, content: bytes, metadata: bytes }));
    expect(fields.get('content')).toBe(bytes);
    expect(fields.get('metadata')).toBe(bytes);
  });
});
