import { decode, encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import {
  eventFields,
  packContent,
  parseEntries,
  pythonTimestamp,
  readContent,
  readObject,
  taskFields,
} from './wire.mjs';

describe('the wire format of the orchestrator', () => {
  test('a timestamp has microseconds and no zone, as Python writes it', () => {
    expect(pythonTimestamp(Date.UTC(2026, 0, 1, 12, 0, 0, 123), 456)).toBe(
      '2026-01-01T12:00:00.123456',
    );
    expect(pythonTimestamp(0)).toBe('1970-01-01T00:00:00.000000');
  });

  test('a task has its eight fields in order, and an empty object for no metadata', () => {
    const task = {
      jobId: 'j',
      chunkId: 'c',
      content: 'text',
      sourceUri: 'file:///a',
      sourceType: 'pdf',
      metadata: {},
      retryCount: 0,
    };
    expect(taskFields(task, { timestamp: 't', metadata: 'json' })).toEqual(
      [
        ['job_id', 'j'],
        ['chunk_id', 'c'],
        ['content', 'text'],
        ['source_uri', 'file:///a'],
        ['source_type', 'pdf'],
        ['metadata', '{}'],
        ['retry_count', '0'],
        ['timestamp', 't'],
      ].flat(),
    );
  });

  test('an event has its six fields in order, JSON or MessagePack', () => {
    const event = { type: 'query.started', jobId: '', data: { a: 1 }, metadata: { b: 'ü' } };
    const how = { eventId: 'e', timestamp: 't' };
    const fields = eventFields(event, { ...how, data: 'json', metadata: 'msgpack' });
    expect(fields.filter((_, index) => index % 2 === 0)).toEqual([
      'event_id',
      'type',
      'timestamp',
      'job_id',
      'data',
      'metadata',
    ]);
    expect(fields[9]).toBe('{"a":1}');
    expect(decode(/** @type {Buffer} */ (fields[11]))).toEqual({ b: 'ü' });
  });

  test('entries that were deleted meanwhile are left out', () => {
    const kept = [Buffer.from('2-0'), [Buffer.from('a'), Buffer.from([0xff])]];
    expect(parseEntries([[Buffer.from('1-0'), null], kept])).toEqual([
      { id: '2-0', fields: new Map([['a', Buffer.from([0xff])]]) },
    ]);
    expect(parseEntries(null)).toEqual([]);
  });

  test('content is text or packed text; anything else fails as it does in Python', () => {
    expect(readContent(Buffer.from('größer'))).toBe('größer');
    expect(readContent(Buffer.from(packContent('größer')))).toBe('größer');
    expect(() => readContent(Buffer.from([0x25, 0xff, 0xc1]))).toThrow(
      "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 1",
    );
  });

  test('metadata is read from JSON and from MessagePack, and is empty where it is neither', () => {
    expect(readObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
    expect(readObject(Buffer.from(encode({ a: 1 })))).toEqual({ a: 1 });
    expect(readObject(Buffer.from('[1]'))).toEqual({});
    expect(readObject(Buffer.from([0xc1]))).toEqual({});
    expect(readObject(undefined)).toEqual({});
  });
});
