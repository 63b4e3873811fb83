import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, type Entry } from './entry';
import { eventType, fieldValue, toFeedMessage, toFeedStub } from './event';
import type { Clause, Filter, Literal, Pattern, Subject } from './filter';
import { filterMatcher } from './filter-match';
import { parseFilter } from './filter-parse';
import { decodePayload } from './payload';

type Value = string | Uint8Array;

const bytes = (value: Value) =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value;
const entryOf = (...fields: [Value, Value][]): Entry => ({
  id: '1-1',
  fields: fields.map(([name, value]) => [bytes(name), bytes(value)]),
});
const eventOf = (data: Value, more: [Value, Value][] = []) =>
  entryOf(
    ['event_id', 'e1'],
    ['type', 'ingestion.progress'],
    ['timestamp', '2026-01-02T03:04:05'],
    ['job_id', 'j1'],
    ['data', data],
    ['metadata', '{"owner":{"team":"search"}}'],
    ...more,
  );

function passes(text: string, entry: Entry): boolean {
  const { filter, error } = parseFilter(text);
  if (error) throw new Error(error.message);
  return filterMatcher(filter)?.(toFeedMessage(entry)) ?? true;
}
const expectPasses = (entry: Entry, texts: string[]) => {
  for (const text of texts) {
    expect([text, passes(text, entry)]).toEqual([text, true]);
    expect([`-${text}`, passes(`-${text}`, entry)]).toEqual([`-${text}`, false]);
  }
};
const expectFails = (entry: Entry, texts: string[]) => {
  for (const text of texts) expect([text, passes(text, entry)]).toEqual([text, false]);
};

describe('a path', () => {
  const data =
    '{"chunks_total":85,"ratio":0.5,"ok":true,"none":null,"a.b":{"c":["x","y"]},"n":"12"}';

  it('leads into the JSON of a field', () => {
    const entry = eventOf(data);
    expectPasses(entry, [
      ...['data.chunks_total>10', 'data.chunks_total>=85', 'data.chunks_total=85.0'],
      ...['data.chunks_total<100', 'data.chunks_total!=84', 'data.ratio<=5e-1'],
      ...['data.ok=true', 'data.ok!=false', 'data.none=null', 'data."a.b".c.1=y'],
      ...[
        'data."a.b".c=x',
        'data."a.b":*',
        'data.n>11',
        'data.n="12"',
        'metadata.owner.team=search',
      ],
    ]);
    expectFails(entry, [
      ...['data.chunks_total>85', 'data.chunks_total="85.0"', 'data.ok=1', 'data.gone!=1'],
      ...['data.gone:*', 'data.a.b.c.1=y', 'data."a.b".c.length=2', 'data."a.b".c!=x', 'data.ok>0'],
      ...['data.chunks_total.0:*', 'data.__proto__:*', 'data.constructor:*', 'data=85'],
    ]);
  });

  it('leads into MessagePack likewise', () => {
    const entry = eventOf(encode({ chunks_total: 85, list: [1, { deep: 'x' }] }));
    expectPasses(entry, ['data.chunks_total>10', 'data.list.1.deep=x', 'data.list=1']);
    const task = entryOf(['metadata', encode({ size: -3 })], ['retry_count', '2']);
    expectPasses(task, ['metadata.size<0', 'retry_count>=2', 'retry_count=2.0', 'retry_count="2"']);
  });

  it('names a member of data where there is no such field', () => {
    expectPasses(eventOf(data), ['chunks_total>10', 'ratio=0.5']);
    expectPasses(eventOf('{"metadata":1,"job_id":"inner"}'), ['metadata.owner:*', 'job_id=j1']);
    expectPasses(eventOf('{"job_id":"inner"}'), ['data.job_id=inner', 'job=j1']);
  });

  it('tells data of its own from data within data', () => {
    expectPasses(eventOf('{"data":{"x":1}}'), ['data.data.x=1']);
    expectFails(eventOf('{"data":{"x":1}}'), ['data.x=1']);
    expectPasses(eventOf('[7,8]'), ['data.1=8']);
    expectPasses(eventOf('plain text'), ['data="plain text"', 'data:plain*']);
    expectFails(eventOf('{"x":1}'), ['data.event_id:*', 'data.timestamp:*']);
  });

  it('reaches fields that the message does not show', () => {
    expectPasses(
      eventOf('{}', [
        ['priority', '7'],
        ['priority', '1'],
      ]),
      ['priority=7', 'priority>5'],
    );
  });

  it('reads nothing of an entry too large but what was kept of it', () => {
    const whole = eventOf(JSON.stringify({ x: 'x'.repeat(10_000) }));
    const stub = toFeedStub(whole, 2_000_000, '/x');
    const matches = (text: string) => filterMatcher(parseFilter(text).filter ?? [])?.(stub);
    expect(matches('type:ingestion.* job:j1 metadata.owner.team=search')).toBe(true);
    for (const text of ['data:*', 'data.x:*', 'data=""', 'omitted:*', 'data.omitted:*', 'x:*']) {
      expect([text, matches(text)]).toEqual([text, false]);
    }
  });
});

describe('a comparison', () => {
  it('of text goes by the order of its characters, as times do', () => {
    const entry = eventOf('{}');
    expectPasses(entry, ['timestamp>2026-01-02T03', 'timestamp<2026-01-03', 'event_id=e1']);
    expectFails(entry, ['timestamp<2026-01-02T03', 'timestamp>5', 'event_id>5', 'event_id<5']);
  });

  it('of type and job goes by what they mean', () => {
    expectPasses(eventOf('{}'), [
      'type=ingestion.progress',
      'job=j1,j2',
      'type!=x',
      '"type"=*.x,ingestion.progress',
    ]);
    expectFails(entryOf(['type', 'bad\ntype']), ['type:*', 'type!=x', 'job:*']);
    expectPasses(entryOf(['type', 'bad\ntype']), ['"type"="bad\\ntype"']);
  });

  it('of a field that is not there is never true, of the data of an event without any neither', () => {
    expectFails(entryOf(['type', 't']), ['data!=""', 'data:*', 'data.x!=1', 'x!=1']);
  });

  it('of bytes that are no text is never true; that they are there is', () => {
    const entry = entryOf(['raw', Uint8Array.of(0xc1, 0xff)]);
    expectPasses(entry, ['raw:*']);
    expectFails(entry, ['raw=""', 'raw:a*', 'raw>0', 'raw.x:*']);
  });
});

/** The same filter worked out from the entry alone, with regular expressions and plain loops. */
function naive(filter: Filter, entry: Entry): boolean {
  return filter.every((clause) => naiveClause(clause, entry) !== clause.negated);
}

function naiveClause({ test }: Clause, entry: Entry): boolean {
  if (test.kind === 'text') return true;
  const value = naiveValue(test.subject, entry);
  if (value === undefined) return false;
  if (test.kind === 'pattern') {
    return test.any.some((pattern) => naiveItems(value).some((item) => naiveGlob(pattern, item)));
  }
  const { operator, any } = test;
  const holds = (item: unknown, literal: Literal) => naiveHolds(item, operator, literal);
  if (operator !== '!=') return naiveItems(value, false).some((v) => any.some((l) => holds(v, l)));
  return naiveItems(value, false).every((item) => any.every((literal) => holds(item, literal)));
}

const naiveItems = (value: unknown, itself = true): unknown[] =>
  Array.isArray(value) ? [...(itself ? [value] : []), ...value] : [value];

function naiveValue(subject: Subject, entry: Entry): unknown {
  const type = eventType(entry);
  if (subject === 'type') return type ?? undefined;
  if (subject === 'job') {
    const job = fieldValue(entry, 'job_id');
    return job ? (decodeUtf8(job) ?? undefined) : undefined;
  }
  const [name = '', ...steps] = subject;
  const own = fieldValue(entry, name);
  if (own) return naiveWalk(own, steps);
  const data = type === null ? null : fieldValue(entry, 'data');
  return data ? naiveWalk(data, subject) : undefined;
}

function naiveWalk(value: Uint8Array, steps: readonly string[]): unknown {
  const { kind, text } = decodePayload(value);
  if (steps.length === 0 && kind !== 'msgpack') return text ?? value;
  if (text === null || kind === 'text') return undefined;
  let at: unknown = JSON.parse(text);
  for (const step of steps) {
    const here = new Map(Object.entries(typeof at === 'object' && at !== null ? at : {}));
    at = here.get(step);
  }
  return at;
}

function naiveGlob(parts: Pattern, value: unknown): boolean {
  if (parts.join('') === '' && parts.length > 1) return true;
  const text = naiveText(value);
  const source = parts.map((part) => part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('[^]*');
  return text !== null && new RegExp(`^${source}$`).test(text);
}

function naiveHolds(value: unknown, operator: string, literal: Literal): boolean {
  const text = naiveText(value);
  const isNumber =
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value));
  const here = typeof literal === 'string' ? text : isNumber ? Number(value) : null;
  if (here === null) return operator === '!=';
  const results: Record<string, boolean> = {
    '=': here === literal,
    '!=': here !== literal,
    '<': here < literal,
    '<=': here <= literal,
    '>': here > literal,
    '>=': here >= literal,
  };
  return results[operator] ?? false;
}

const naiveText = (value: unknown) =>
  typeof value === 'object' && value !== null ? null : String(value);

const NAMES = ['type', 'job_id', 'data', 'metadata', 'n', 'a.b', 'x', '0', 'event_id'] as const;
const name = fc.constantFrom(...NAMES);
const scalar = fc.oneof(
  fc.constantFrom('', 'x', 'abc', '10', '-2.5', 'true', 'null', 'job-1'),
  fc.integer({ min: -3, max: 12 }),
  fc.boolean(),
  fc.constant(null),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const content: fc.Arbitrary<Value> = fc.oneof(
  scalar.map(String),
  json.map((value) => JSON.stringify(value)),
  json.map((value) => encode(value)),
  fc.uint8Array({ maxLength: 12 }),
);
const anyEntry: fc.Arbitrary<Entry> = fc
  .array(fc.tuple(fc.oneof(name, fc.uint8Array({ maxLength: 3 })), content), { maxLength: 7 })
  .map((fields) => entryOf(...fields));
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constantFrom('type' as const, 'job' as const),
  fc.array(name, { minLength: 1, maxLength: 4 }),
);
const negated = fc.boolean();
const patterns = fc.array(
  fc.constantFrom<Pattern>(['x'], ['', ''], ['a', ''], ['', 'c'], ['a', 'b', ''], [''], ['1', '']),
  { minLength: 1, maxLength: 2 },
);
const literal = fc.constantFrom<Literal>('', 'x', 'abc', 'true', '10', 10, -2.5, 0, 'm');
const valueClause: fc.Arbitrary<Clause> = fc.oneof(
  fc.record({
    negated,
    test: fc.record({ kind: fc.constant('pattern' as const), subject, any: patterns }),
  }),
  fc.record({
    negated,
    test: fc.record({
      kind: fc.constant('compare' as const),
      subject,
      operator: fc.constantFrom('=' as const, '!=' as const),
      any: fc.array(literal, { minLength: 1, maxLength: 2 }),
    }),
  }),
  fc.record({
    negated,
    test: fc.record({
      kind: fc.constant('compare' as const),
      subject,
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      any: literal.map((value) => [value]),
    }),
  }),
);
const textClause: fc.Arbitrary<Clause> = fc.record({
  negated,
  test: fc.record({
    kind: fc.constant('text' as const),
    any: fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  }),
});

describe('the matcher', () => {
  it('says what a plain reading of the entry says', () => {
    fc.assert(
      fc.property(fc.array(valueClause, { maxLength: 3 }), anyEntry, (filter, entry) => {
        const matches = filterMatcher(filter)?.(toFeedMessage(entry)) ?? true;
        expect(matches).toBe(naive(filter, entry));
      }),
      { numRuns: 5_000 },
    );
  });

  it('says so of every entry, whatever its bytes', () => {
    const wild = fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.uint8Array()));
    const typed = fc.uint8Array().map((data) => eventOf(data));
    const entry = fc.oneof(
      wild.map((fields) => entryOf(...fields)),
      typed,
      anyEntry,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(valueClause, textClause)), entry, (filter, one) => {
        const matches = filterMatcher(filter)?.(toFeedMessage(one)) ?? true;
        expect(typeof matches).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not care for the order of the clauses, and a clause denied is its opposite', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(valueClause, textClause)), anyEntry, (filter, entry) => {
        const message = toFeedMessage(entry);
        const of = (clauses: Filter) => filterMatcher(clauses)?.(message) ?? true;
        expect(of(filter.toReversed())).toBe(of(filter));
        expect(of(filter)).toBe(filter.every((clause) => of([clause])));
        for (const clause of filter) {
          expect(of([{ ...clause, negated: !clause.negated }])).toBe(!of([clause]));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
