import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Characters, findLinear, findText, globMatcher } from './filter-glob';

/** Few letters, so that much of it repeats. */
const hostile = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 });

describe('finding text', () => {
  it('finds what indexOf finds', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.nat(70), (text, needle, from) => {
        const expected = text.indexOf(needle, from);
        if (needle !== '') expect(findLinear(text, needle, from)).toBe(expected);
        expect(findText(text, needle, from)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    const text = `${'a'.repeat(100_000)}b`;
    expect(findText(text, `${'a'.repeat(900)}b`)).toBe(100_000 - 900);
  });

  it('looks at each character twice at most, however text and needle repeat', () => {
    let looks = 0;
    const counted = (text: string): Characters => ({
      length: text.length,
      charCodeAt(at) {
        looks++;
        return text.charCodeAt(at);
      },
    });
    const text = `${'a'.repeat(499)}c`.repeat(200);
    expect(findLinear(counted(text), `${'a'.repeat(499)}b`, 0)).toBe(-1);
    expect(looks).toBeLessThanOrEqual(2 * text.length);
  });
});

describe('a pattern', () => {
  const parts = (pattern: string) =>
    pattern.split('*').filter((part, at, all) => part !== '' || at === 0 || at === all.length - 1);

  it('matches what the same pattern matches as a regular expression', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1 });
    fc.assert(
      fc.property(pattern, word, (text, type) => {
        const oracle = new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(globMatcher(parts(text))(type)).toBe(oracle.test(type));
      }),
      { numRuns: 3_000 },
    );
  });

  it('of many stars seeks each part once, behind the one before', () => {
    const text = 'a'.repeat(1_000);
    const seeks: number[] = [];
    const matches = globMatcher(parts(`${'*a'.repeat(200)}*b`), (where, part, from) => {
      seeks.push(from);
      return findText(where, part, from);
    });
    expect(matches(text)).toBe(false);
    expect(seeks).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });
});
