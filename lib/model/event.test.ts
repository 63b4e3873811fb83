import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from './entry';
import { eventFields, eventType, fieldText, toFeedMessage, toFeedStub } from './event';

const utf8 = (text: string) => new TextEncoder().encode(text);
type Value = string | Uint8Array;

function entryOf(...fields: [name: Value, value: Value][]): Entry {
  const bytes = (value: Value) => (typeof value === 'string' ? utf8(value) : value);
  return { id: '1-1', fields: fields.map(([name, value]) => [bytes(name), bytes(value)]) };
}

function eventWith(data: Value, type = 'ingestion.progress'): Entry {
  return entryOf(
    ['event_id', 'e1'],
    ['type', type],
    ['timestamp', '2026-01-01T00:00:00'],
    ['job_id', 'j1'],
    ['data', data],
    ['metadata', '{}'],
  );
}

const ENVELOPE = '"event_id":"e1","job_id":"j1","timestamp":"2026-01-01T00:00:00"';
const dataOf = (entry: Entry) => toFeedMessage(entry).data;

describe('an event message', () => {
  it('is the envelope and the fields of data, under the type and the id', () => {
    expect(toFeedMessage(eventWith('{"chunks_total":85,"percent_complete":7.50}'))).toEqual({
      event: 'ingestion.progress',
      id: '1-1',
      data: `{${ENVELOPE},"chunks_total":85,"percent_complete":7.50}`,
      aside: { isDataSpliced: true, fields: [['metadata', '{}']] },
    });
  });

  it.each([
    ['an empty object', '{ }', ''],
    ['numbers past 2^53', '{"n":12345678901234567890}', ',"n":12345678901234567890'],
    ['several lines', '{\r\n  "a": 1,\r\n\r\n  "b": 2\r\n}\n', ',"a": 1,   "b": 2'],
    ['line breaks inside strings', '{"a":"x\\ny\u2028z"}', ',"a":"x\\ny\u2028z"'],
    ['an array', '[1.0,\n12345678901234567890]', ',"data":[1.0, 12345678901234567890]'],
    ['text', 'not json', ',"data":"not json"'],
    ['a lone number', '12345678901234567890', ',"data":"12345678901234567890"'],
    ['nothing', '', ',"data":""'],
    ['bytes', Uint8Array.of(0xff, 0x00), ',"data":{"base64":"/wA="}'],
    ['MessagePack', encode({ a: [1, 'é'], b: null }), ',"a":[1,"é"],"b":null'],
    ['a MessagePack array', encode([1, 2]), ',"data":[1,2]'],
    [
      'MessagePack with a large number',
      encode({ n: 2n ** 64n - 1n }, { useBigInt64: true }),
      ',"n":18446744073709551615',
    ],
  ])('carries %s', (_what, data, rest) => {
    expect(dataOf(eventWith(data))).toBe(`{${ENVELOPE}${rest}}`);
  });

  it('keeps its envelope whatever the data says, and the rest of the data as written', () => {
    const data = '{"n":12345678901234567890,"job_id":"other","x":1.0,"\\u0065vent_id":{"a":[]}}';
    expect(dataOf(eventWith(data))).toBe(`{${ENVELOPE},"n":12345678901234567890,"x":1.0}`);
  });

  it('has null where the envelope is incomplete, and base64 where it is not text', () => {
    const entry = entryOf(['type', 'a'], ['job_id', Uint8Array.of(0xff)]);
    expect(JSON.parse(dataOf(entry))).toEqual({
      event_id: null,
      job_id: { base64: '/w==' },
      timestamp: null,
    });
  });

  it('takes the first of fields with the same name', () => {
    const entry = entryOf(['type', 'a'], ['type', 'b'], ['data', '{"x":1}'], ['data', '{"x":2}']);
    expect(toFeedMessage(entry).event).toBe('a');
    expect(JSON.parse(dataOf(entry))).toMatchObject({ x: 1 });
  });

  it('is always one line of JSON under a name that cannot break the framing', () => {
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 30 }).map(utf8),
      fc.string({ maxLength: 140 }).map(utf8),
      fc.json().map(utf8),
      fc.json().map((json) => utf8(JSON.stringify(JSON.parse(json), null, 2))),
      fc
        .dictionary(fc.constantFrom('job_id', 'event_id', 'a'), fc.jsonValue())
        .map((object) => utf8(JSON.stringify(object, null, '\r\n'))),
      fc.constantFrom('dashboard.hello', 'entry', 'a\nb', 'a\0b').map(utf8),
    );
    const name = fc.oneof(
      fc.constantFrom('type', 'data', 'job_id', 'event_id', 'timestamp').map(utf8),
      value,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (fields) => {
        const message = toFeedMessage({ id: '1-1', fields });
        expect(typeof JSON.parse(message.data)).toBe('object');
        expect(message.data).not.toMatch(/[\r\n]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(message.event).toMatch(/^[^\u0000-\u001f\u007f]{1,128}$/);
        expect(message.event.startsWith('dashboard.')).toBe(false);
        expect(message.id).toBe('1-1');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('eventType', () => {
  it.each([
    ['ingestion.completed', 'ingestion.completed'],
    ['größe ☃', 'größe ☃'],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['x'.repeat(129), null],
    ['', null],
    ['entry', null],
    ['dashboard.x', null],
    ['dashboardx', 'dashboardx'],
    ['a\nid: 9-9', null],
    ['a\r', null],
    ['a\0', null],
    ['a\u0085b', null],
    ['a\u2028b', null],
  ])('%j is sent as %j', (type, sent) => {
    expect(eventType(entryOf(['type', type]))).toBe(sent);
  });

  it('is none where it is not text or not there', () => {
    expect(eventType(entryOf(['type', Uint8Array.of(0x61, 0xff)]))).toBeNull();
    expect(eventType(entryOf(['Type', 'a']))).toBeNull();
  });
});

describe('an entry that is no event', () => {
  it('is sent as it is, field by field', () => {
    const entry = entryOf(['a', '1'], [Uint8Array.of(0xff), Uint8Array.of(0xfe)], ['a', '{"x":1}']);
    expect(toFeedMessage(entry)).toEqual({
      event: 'entry',
      id: '1-1',
      data: '{"id":"1-1","fields":[["a","1"],[{"base64":"/w=="},{"base64":"/g=="}],["a","{\\"x\\":1}"]]}',
    });
  });
});

describe('a stub', () => {
  it('says who the entry is, how large, and where it is whole', () => {
    const href = '/streams/a?entry=1-1';
    expect(toFeedStub(eventWith('{"big":1}'), 5_000_000, href)).toEqual({
      event: 'ingestion.progress',
      id: '1-1',
      data: `{${ENVELOPE},"omitted":{"bytes":5000000,"href":"${href}"}}`,
      aside: {
        isDataSpliced: false,
        fields: [
          ['data', '{"big":1}'],
          ['metadata', '{}'],
        ],
      },
    });
    expect(toFeedStub(entryOf(['a', 'b']), 9, href)).toEqual({
      event: 'entry',
      id: '1-1',
      data: `{"id":"1-1","fields":[],"omitted":{"bytes":9,"href":"${href}"}}`,
    });
  });
});

describe('eventFields', () => {
  it('are six, flat, in the order of the contract', () => {
    const bytes = encode({ a: 1 });
    expect(
      eventFields({
        metadata: bytes,
        data: { a: 1 },
        job_id: '',
        timestamp: 't',
        type: 'worker.started',
        event_id: 'e1',
      }),
    ).toEqual([
      ['event_id', 'e1'],
      ['type', 'worker.started'],
      ['timestamp', 't'],
      ['job_id', ''],
      ['data', '{"a":1}'],
      ['metadata', bytes],
    ]);
  });
});

describe('fieldText', () => {
  it('is null where the field is absent or not text', () => {
    const entry = entryOf(['a', ''], ['b', Uint8Array.of(0xff)]);
    expect([fieldText(entry, 'a'), fieldText(entry, 'b'), fieldText(entry, 'c')]).toEqual([
      '',
      null,
      null,
    ]);
  });
});
