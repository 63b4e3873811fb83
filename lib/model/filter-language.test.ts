import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Clause,
  FILTER_CHARS_MAX,
  FILTER_PATH_MAX,
  FILTER_VALUES_MAX,
  type Filter,
  type FilterTest,
} from './filter';
import { parseFilter } from './filter-parse';
import { canonicalFilter, printFilter } from './filter-print';

const parse = (text: string): Filter => {
  const { filter, error } = parseFilter(text);
  if (error) throw new Error(`${text}: ${error.message}`);
  return filter;
};
const only = (text: string): FilterTest | undefined => parse(text)[0]?.test;

/** Words with everything in them that has a meaning. */
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab1-.,:=<>!*"\\() \n\t'), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('type', 'job', 'AND', 'OR', 'NOT', '10', '-1.5e3', 'true', '\ud800', 'é', '日本'),
);
const searched = word.filter((text) => text !== '');
const path = fc.array(word, { minLength: 1, maxLength: FILTER_PATH_MAX });
const subject = fc.oneof(fc.constantFrom('type' as const, 'job' as const), path);
const pattern = fc
  .array(
    word.filter((text) => !text.includes('\0')),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.filter((part, at) => part !== '' || at === 0 || at === parts.length - 1));
const literal = fc.oneof(
  word,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.integer(),
);
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const test: fc.Arbitrary<FilterTest> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), any: some(searched) }),
  fc.record({ kind: fc.constant('pattern' as const), subject, any: some(pattern) }),
  fc.record({
    kind: fc.constant('compare' as const),
    subject,
    operator: fc.constantFrom('=' as const, '!=' as const),
    any: some(literal),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    subject,
    operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    any: literal.map((value) => [value]),
  }),
);
const clause: fc.Arbitrary<Clause> = fc.record({ negated: fc.boolean(), test });
/** What fits into the length that is taken. */
const filter = fc
  .array(clause, { maxLength: 5 })
  .filter((clauses) => printFilter(clauses).length <= FILTER_CHARS_MAX);

describe('reading a filter', () => {
  it('gives back what was printed, for every filter there is', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        expect(parse(printFilter(tree))).toEqual(tree);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any text gives a filter or a place within it, and never throws', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ab1-.,:=<>!*"\\()u \t'), maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 1_200 }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { filter: tree, error } = parseFilter(written);
        if (tree) {
          const printed = printFilter(tree);
          // Quotes and escapes may outgrow the length that is taken.
          if (printed.length <= FILTER_CHARS_MAX) expect(parse(printed)).toEqual(tree);
          return;
        }
        expect(error.start).toBeGreaterThanOrEqual(0);
        expect(error.end).toBeLessThanOrEqual(written.length);
        expect(error.end).toBeGreaterThanOrEqual(Math.min(error.start + 1, written.length));
        expect(error.message).toMatch(/^\S.*\.$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a space for and, a comma for or, a dash in front for not', () => {
    expect(parse('  type:a.*, b  -"x y",z ')).toEqual([
      { negated: false, test: { kind: 'pattern', subject: 'type', any: [['a.', ''], ['b']] } },
      { negated: true, test: { kind: 'text', any: ['x y', 'z'] } },
    ]);
    expect(parse('')).toEqual([]);
    expect(parse(' \t')).toEqual([]);
  });

  it('tells the operators apart', () => {
    for (const operator of ['=', '!=', '<', '<=', '>', '>='] as const) {
      expect(only(`data.n${operator}10`)).toEqual({
        ...{ kind: 'compare', subject: ['data', 'n'], operator, any: [10] },
      });
    }
  });

  it('takes a bare number as one, in quotes as text', () => {
    const literals = (text: string) => {
      const read = only(text);
      return read?.kind === 'compare' ? read.any : null;
    };
    expect(literals('n=1,-2.5e3,"1",true,1.0.0,01,"a"b')).toEqual([
      1,
      -2_500,
      '1',
      'true',
      '1.0.0',
      '01',
      'ab',
    ]);
    expect(literals('at>2026-01-02T03:04:05Z')).toEqual(['2026-01-02T03:04:05Z']);
  });

  it('takes quotes and escapes in names, patterns and text', () => {
    expect(only('"a.b".c:"*"*"\\u0041 \\"\\\\"')).toEqual({
      ...{ kind: 'pattern', subject: ['a.b', 'c'], any: [['*', 'A "\\']] },
    });
    expect(only('"type":a')).toMatchObject({ subject: ['type'] });
    expect(only('type.x:a')).toMatchObject({ subject: ['type', 'x'] });
    expect(only('"":a')).toMatchObject({ subject: [''] });
    expect(only('hey!')).toEqual({ kind: 'text', any: ['hey!'] });
  });

  it.each([
    ['type:', 4, 5, 'A value is missing here.'],
    ['a type: b', 7, 8, 'A value is missing here.'],
    ['type:a,', 6, 7, 'A value is missing here.'],
    [',a', 0, 1, 'A value is missing before ,.'],
    ['ok "never ends', 3, 14, 'The closing quote is missing.'],
    ['ok "bad \\x"', 8, 10, null],
    ['data.>1', 0, 5, 'A name is missing beside a dot.'],
    ['.a=1', 0, 2, 'A name is missing beside a dot.'],
    ['n>1,2', 4, 5, '> takes one value.'],
    ['n==1', 1, 3, 'One of : = != < <= > >= stands here; put text in quotes.'],
    ['a OR b', 2, 4, 'A comma between values means “or”; to search this word, put it in quotes.'],
    ['(a b)', 0, 1, 'Parentheses have no meaning here; put them in quotes as text.'],
    ['x ""', 2, 4, 'Empty text stands in every entry.'],
    ['n>1e999', 2, 7, 'This number is too large.'],
    ['a,b:c', 3, 4, 'After a comma stands a value; put text in quotes.'],
    ['-', 0, 1, 'A value is missing here.'],
  ])('says where %j is wrong', (text, start, end, message) => {
    const { error } = parseFilter(text);
    expect(error).toMatchObject({ start, end, ...(message === null ? {} : { message }) });
  });

  it('bounds what it takes', () => {
    expect(parseFilter('x'.repeat(FILTER_CHARS_MAX)).error).toBeNull();
    expect(parseFilter('x'.repeat(FILTER_CHARS_MAX + 1)).error).toMatchObject({
      start: FILTER_CHARS_MAX,
    });
    const values = Array.from({ length: FILTER_VALUES_MAX }, (_, n) => `v${n}`);
    expect(parseFilter(values.join(' ')).error).toBeNull();
    expect(parseFilter(`type:${values.join(',')}`).error).toBeNull();
    expect(parseFilter([...values, 'one.more'].join(',')).error?.message).toContain('50 values');
    const deep = Array.from({ length: FILTER_PATH_MAX }, () => 'a').join('.');
    expect(parseFilter(`${deep}=1`).error).toBeNull();
    expect(parseFilter(`${deep}.a=1`).error?.message).toContain('10 names');
  });
});

describe('the canonical form', () => {
  it('is the same for filters that differ in order, repetition and case of text only', () => {
    expect(canonicalFilter(parse('b A  type:y,x type:x,y,x'))).toBe(
      canonicalFilter(parse('type:x,y a B')),
    );
    expect(canonicalFilter(parse('type:A'))).not.toBe(canonicalFilter(parse('type:a')));
    expect(canonicalFilter(parse('-a'))).not.toBe(canonicalFilter(parse('a')));
    expect(canonicalFilter(parse('n=1'))).not.toBe(canonicalFilter(parse('n="1"')));
    expect(canonicalFilter([])).toBe('');
  });

  it('means the filter it was made of, and is its own canonical form', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        const text = canonicalFilter(tree);
        fc.pre(text.length <= FILTER_CHARS_MAX);
        expect(canonicalFilter(parse(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});
