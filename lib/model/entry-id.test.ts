import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareEntryIds,
  ENTRY_ID_ZERO,
  entryIdAgeMs,
  entryIdTimeMs,
  entryIdTimestamp,
  nextEntryId,
  parseEntryId,
  previousEntryId,
  UINT64_MAX,
} from './entry-id';

const ENTRY_ID_MAX = `${UINT64_MAX}-${UINT64_MAX}`;
/** Near the edges and near each other, where text and numbers go wrong. */
const part = fc.oneof(
  fc.bigInt({ min: 0n, max: UINT64_MAX }),
  fc.bigInt({ min: 0n, max: 12n }),
  fc.bigInt({ min: UINT64_MAX - 12n, max: UINT64_MAX }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
);
const pair = fc.tuple(part, part);

describe('parseEntryId', () => {
  it('keeps any pair of unsigned 64-bit numbers exactly', () => {
    fc.assert(
      fc.property(pair, ([ms, seq]) => {
        expect(parseEntryId(`${ms}-${seq}`)).toBe(`${ms}-${seq}`);
      }),
    );
  });

  it('takes a time alone as its first entry, and drops leading zeros', () => {
    expect(parseEntryId('1700000000000')).toBe('1700000000000-0');
    expect(parseEntryId('007-00')).toBe('7-0');
  });

  it.each([
    '',
    '-',
    '+',
    '$',
    '*',
    '1-',
    '-1',
    '1-*',
    '1-2-3',
    ' 1-2',
    '1-2\n',
    '1.5-0',
    '0x10-0',
    '1e3-0',
    '١-٢',
    '18446744073709551616-0',
    '0-18446744073709551616',
    '999999999999999999999-0',
  ])('refuses %j', (text) => {
    expect(parseEntryId(text)).toBeNull();
  });
});

describe('compareEntryIds', () => {
  it('orders ids as pairs of 64-bit numbers', () => {
    fc.assert(
      fc.property(pair, pair, ([msA, seqA], [msB, seqB]) => {
        const wanted = msA !== msB ? (msA < msB ? -1 : 1) : seqA < seqB ? -1 : seqA > seqB ? 1 : 0;
        expect(Math.sign(compareEntryIds(`${msA}-${seqA}`, `${msB}-${seqB}`))).toBe(wanted);
      }),
    );
  });

  it('tells ids apart that are the same number in floating point', () => {
    expect(compareEntryIds('9007199254740993-0', '9007199254740992-0')).toBeGreaterThan(0);
    expect(compareEntryIds(ENTRY_ID_MAX, '18446744073709551615-18446744073709551614')).toBe(1);
  });
});

/** An id as one number of 128 bits. */
function number(id: string): bigint {
  const [ms = '', seq = ''] = id.split('-');
  return BigInt(ms) * 2n ** 64n + BigInt(seq);
}

describe('nextEntryId', () => {
  it('is the one number after, carrying into the time', () => {
    fc.assert(
      fc.property(pair, ([ms, seq]) => {
        const after = nextEntryId(`${ms}-${seq}`);
        const last = ms === UINT64_MAX && seq === UINT64_MAX;
        expect(after && number(after)).toBe(last ? null : number(`${ms}-${seq}`) + 1n);
      }),
    );
  });

  it('is null after every id', () => {
    expect(nextEntryId(ENTRY_ID_MAX)).toBeNull();
    expect(nextEntryId('0-18446744073709551615')).toBe('1-0');
  });
});

describe('previousEntryId', () => {
  it('is the one number before, borrowing from the time', () => {
    fc.assert(
      fc.property(pair, ([ms, seq]) => {
        fc.pre(ms > 0n || seq > 0n);
        const before = previousEntryId(`${ms}-${seq}`);
        expect(before && number(before)).toBe(number(`${ms}-${seq}`) - 1n);
      }),
    );
  });

  it('is null before every id', () => {
    expect(previousEntryId(ENTRY_ID_ZERO)).toBeNull();
    expect(previousEntryId('1-0')).toBe('0-18446744073709551615');
  });
});

describe('the time in an id', () => {
  it('is its milliseconds, as ISO 8601 where a date can hold it', () => {
    expect(entryIdTimeMs('1700000000000-7')).toBe(1_700_000_000_000);
    expect(entryIdTimestamp('1700000000000-7')).toBe('2023-11-14T22:13:20.000Z');
    expect(entryIdTimestamp(ENTRY_ID_MAX)).toBeNull();
  });

  it('gives an age that is never negative', () => {
    expect(entryIdAgeMs('1000-0', 1_250)).toBe(250);
    expect(entryIdAgeMs(ENTRY_ID_MAX, 1_250)).toBe(0);
  });
});
