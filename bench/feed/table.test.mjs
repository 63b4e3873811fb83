import { describe, expect, it } from 'vitest';
import { formatTable, percent, short } from './table.mjs';

describe('formatTable', () => {
  it('lines up names to the left, numbers to the right, remarks to the left', () => {
    const rows = [
      ['raw', '12', ''],
      ['per-viewer', '3', 'client-bound'],
    ];
    expect(formatTable(['design', 'ms', 'note'], rows)).toBe(
      [
        'design      ms  note',
        '----------  --  ------------',
        'raw         12',
        'per-viewer   3  client-bound',
      ].join('\n'),
    );
  });
});

describe('short', () => {
  it.each([
    [7_654_321, '7.65 M'],
    [999_600, '1.00 M'],
    [50_000, '50.0 k'],
    [9_000, '9000'],
    [123.4, '123'],
    [1.26, '1.3'],
    [0, '0'],
    [Number.NaN, '-'],
    [undefined, '-'],
  ])('%s is %s', (value, text) => expect(short(value)).toBe(text));
});

it('percent says a share of one', () => {
  expect(percent(0.856)).toBe('86 %');
  expect(percent(Number.NaN)).toBe('-');
});
