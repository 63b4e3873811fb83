import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import {
  asArray,
  asBytes,
  asEntries,
  asEntryId,
  asInteger,
  asName,
  asPairs,
  asStreamEntries,
  asText,
  nullable,
} from './replies';

const buffer = (text: string) => Buffer.from(text);
/** The error a reader throws, as a code. */
function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof DashboardError ? error.code : error;
  }
}

describe('scalars', () => {
  it('come as Buffers, strings or numbers', () => {
    expect(asText(buffer('größe'))).toBe('größe');
    expect(asText('größe')).toBe('größe');
    expect(asBytes('a')).toEqual(Uint8Array.of(0x61));
    expect(asInteger(5)).toBe(5);
    expect(asInteger(buffer('-5'))).toBe(-5);
    expect(asEntryId(buffer('1-2'))).toBe('1-2');
    expect(asName(Buffer.of(0xff))).toBe('binary:_w==');
  });

  it.each([
    ['an array', () => asArray('x')],
    ['an array', () => asArray(null)],
    ['bytes', () => asBytes(5)],
    ['bytes', () => asBytes([])],
    ['text', () => asText(null)],
    ['an integer', () => asInteger('')],
    ['an integer', () => asInteger('1.5')],
    ['an integer', () => asInteger('0x10')],
    ['an integer', () => asInteger(' 1')],
    ['an integer', () => asInteger(Number.NaN)],
    ['an integer', () => asInteger(null)],
    ['an integer', () => asInteger([])],
    ['an entry id', () => asEntryId('x')],
    ['an entry id', () => asEntryId(null)],
    ['entries', () => asEntries(null, [['1-1', 'x']])],
    ['entries', () => asEntries(null, [['1-1']])],
    ['entries', () => asEntries(null, ['1-1'])],
    ['entries of streams', () => asStreamEntries(null, ['name'])],
    ['entries of streams', () => asStreamEntries(null, 'x')],
    ['pairs', () => asPairs(null)],
  ])('are not taken for %s where they are something else', (_what, read) => {
    expect(refusal(read)).toBe('redis_protocol');
  });

  it('may be nil where that means something', () => {
    expect(nullable(null, asInteger)).toBeNull();
    expect(nullable(undefined, asInteger)).toBeNull();
    expect(nullable(0, asInteger)).toBe(0);
  });
});

describe('pairs', () => {
  it('keep what is not known, so that a newer Redis is no error', () => {
    const facts = asPairs([buffer('length'), 5, buffer('new-in-9'), [1, 2]]);
    expect([...facts]).toEqual([
      ['length', 5],
      ['new-in-9', [1, 2]],
    ]);
  });
});

describe('entries', () => {
  const entry = [buffer('1-1'), [buffer('a'), Buffer.of(0xff), buffer('a'), buffer('')]];
  const read = {
    id: '1-1',
    fields: [
      [buffer('a'), Buffer.of(0xff)],
      [buffer('a'), buffer('')],
    ],
  };

  it('keep order, bytes and names that stand twice', () => {
    expect(asEntries(null, [entry])).toEqual([read]);
    expect(asEntries(null, [])).toEqual([]);
  });

  it('leave out those that were deleted while pending', () => {
    expect(asEntries(null, [[buffer('0-9'), null], entry])).toEqual([read]);
  });

  it('of several streams come in pairs (RESP2) or flat (RESP3), or not at all', () => {
    const wanted = [
      { stream: 's', entries: [read] },
      { stream: 'binary:_w==', entries: [] },
    ];
    const [s, t] = [buffer('s'), Buffer.of(0xff)];
    expect(
      asStreamEntries(null, [
        [s, [entry]],
        [t, []],
      ]),
    ).toEqual(wanted);
    expect(asStreamEntries(null, [s, [entry], t, []])).toEqual(wanted);
    expect(asStreamEntries(null, null)).toEqual([]);
  });
});
