import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionOf, diagnoseGroup, diagnoseGroupInDetail, diagnoseStream } from './diagnosis';
import { consumerState, type DiagnosedConsumer } from './diagnosis-consumers';
import type { GroupFacts, StreamFacts } from './diagnosis-facts';
import { FINDING_CODES, type Finding, type FindingCode, SEVERITIES } from './finding';
import type { TrimForecast } from './forecast-trim';
import { groupState } from './group-state';
import type { Lag } from './lag';

const NOW = 1_700_000_000_000;

const streamOf = (changes: Partial<StreamFacts> = {}): StreamFacts => ({
  ...{ name: 'tasks', status: 'ok', watched: true, length: 100 },
  ...{ lastId: `${NOW - 5}-0`, lastGeneratedId: `${NOW - 5}-0` },
  ...{ recreatedAtMs: null, nowMs: NOW },
  ...changes,
});
const lagOf = (value: number | null, changes: Partial<Lag> = {}): Lag => ({
  value,
  quality: value === null ? 'unknown' : 'exact',
  reason: null,
  lost: 0,
  behind_ms: value ? 420_000 : null,
  ...changes,
});
const trendOf = (lagBefore: number | null, lagNow: number | null, windowMs = 60_000) => ({
  ...{ windowMs, lagBefore, lagNow, delivered: true },
});
const growing = (perSecond: number, window_ms = 60_000): GroupFacts['lagTrend'] => ({
  direction: perSecond > 0 ? 'growing' : perSecond < 0 ? 'shrinking' : 'steady',
  per_second: perSecond,
  window_ms,
});
const drained: GroupFacts['drain'] = {
  ...{ status: 'drained', in_ms: null },
  window_ms: null,
  reason: null,
};
const held = (idle_ms: number, consumer = 'worker-2', deliveries = 1) => ({
  ...{ id: '1-1', consumer, idle_ms, deliveries },
});
const trimOf = (changes: Partial<TrimForecast>): TrimForecast => ({
  ...{ status: 'approaching', in_ms: 540_000, entries_between: 5_000 },
  ...{ trimmed_per_second: 12, read_per_second: 2, window_ms: 60_000 },
  ...changes,
});

/** A group that is read, has nothing pending, and lags by 50 without growing. */
const factsOf = (changes: Partial<GroupFacts> = {}): GroupFacts => ({
  ...{ stream: streamOf(), name: 'workers', consumers: 2, pending: 0, idleMs: 100 },
  ...{ oldestPending: null, lastDeliveredId: `${NOW - 9_000}-0`, lag: lagOf(50) },
  ...{ trend: trendOf(50, 50), lagTrend: growing(0), drain: drained, trim: null, lostMore: null },
  ...changes,
});
const codesOf = (findings: Finding[]) => findings.map(({ code }) => code);
const found = (changes: Partial<GroupFacts>) => diagnoseGroup(factsOf(changes));
const stateOf = (changes: Partial<GroupFacts>) => {
  const facts = factsOf(changes);
  return groupState(diagnoseGroup(facts), facts);
};

const consumerOf = (changes: Partial<DiagnosedConsumer> = {}): DiagnosedConsumer => ({
  ...{ name: 'w', pending: 0, idle_ms: 5, inactive_ms: 5, held_ms: null, state: 'active' },
  ...changes,
});

describe('each rule: what it needs, and what is just not enough', () => {
  const cases: [FindingCode, Partial<GroupFacts>, Partial<GroupFacts>][] = [
    [
      'entry_held',
      { pending: 1, oldestPending: held(60_000) },
      { pending: 1, oldestPending: held(59_999) },
    ],
    [
      'poison_entry',
      { pending: 1, oldestPending: held(1, 'w', 5) },
      { pending: 1, oldestPending: held(1, 'w', 4) },
    ],
    ['nobody_reading', { consumers: 0, idleMs: null }, { consumers: 1, idleMs: null }],
    ['nobody_reading', { idleMs: 60_000 }, { idleMs: 59_999 }],
    ['nobody_reading', { idleMs: 60_000, lag: lagOf(1) }, { idleMs: 600_000, lag: lagOf(0) }],
    [
      'nothing_delivered',
      { trend: { ...trendOf(5, 5, 30_000), delivered: false } },
      { trend: { ...trendOf(5, 5, 29_999), delivered: false } },
    ],
    // Who holds entries may be at work on them.
    [
      'nothing_delivered',
      { trend: { ...trendOf(5, 5), delivered: false } },
      { trend: { ...trendOf(5, 5), delivered: false }, pending: 3 },
    ],
    [
      'falling_behind',
      { lag: lagOf(60), trend: trendOf(50, 60), lagTrend: growing(0.3) },
      { lag: lagOf(59), trend: trendOf(50, 59), lagTrend: growing(0.3) },
    ],
    [
      'falling_behind',
      { lag: lagOf(1_200), trend: trendOf(1_000, 1_200), lagTrend: growing(6) },
      { lag: lagOf(1_050), trend: trendOf(1_000, 1_050), lagTrend: growing(2) },
    ],
    [
      'falling_behind',
      { lag: lagOf(500), trend: trendOf(0, 500, 30_000), lagTrend: growing(33, 30_000) },
      { lag: lagOf(500), trend: trendOf(0, 500, 29_999), lagTrend: growing(33, 29_999) },
    ],
    // Where the lag is only a bound, what comes in and goes out tells.
    [
      'falling_behind',
      {
        lag: lagOf(20_000, { quality: 'at_least' }),
        trend: trendOf(null, null),
        lagTrend: growing(300, 10_000),
      },
      {
        lag: lagOf(20_000, { quality: 'at_least' }),
        trend: trendOf(null, null),
        lagTrend: growing(0, 10_000),
      },
    ],
    ['lag_unknown', { lag: lagOf(null) }, { lag: lagOf(null), consumers: 0 }],
    ['entries_lost', { lag: lagOf(5, { lost: 190 }) }, { lag: lagOf(5, { lost: null }) }],
    ['entries_losing', { lostMore: { entries: 3, windowMs: 9_000 } }, { lostMore: null }],
    [
      'entries_losing',
      { trim: trimOf({ status: 'reached', in_ms: 0 }) },
      { trim: trimOf({ status: 'never', in_ms: null }) },
    ],
    [
      'entries_about_to_be_lost',
      { trim: trimOf({ in_ms: 3_600_000 }) },
      { trim: trimOf({ in_ms: 3_600_001 }) },
    ],
    ['cursor_ahead', { lastDeliveredId: `${NOW - 4}-0` }, { lastDeliveredId: `${NOW - 5}-0` }],
  ];
  it.each(cases)('%s', (code, enough, notEnough) => {
    expect(codesOf(found(enough))).toContain(code);
    expect(codesOf(found(notEnough))).not.toContain(code);
  });

  it('of the stream itself', () => {
    const codes = (changes: Partial<StreamFacts>) => codesOf(diagnoseStream(streamOf(changes)));
    expect(codes({})).toEqual([]);
    for (const status of ['absent', 'wrong_type', 'denied'] as const) {
      expect(codes({ status })).toEqual([`stream_${status}`]);
      expect(codes({ status, watched: false })).toEqual([]);
    }
    expect(codes({ recreatedAtMs: NOW - 599_999 })).toEqual(['stream_recreated']);
    expect(codes({ recreatedAtMs: NOW - 600_000 })).toEqual([]);
    expect(codes({ lastGeneratedId: `${NOW + 60_000}-0` })).toEqual([]);
    expect(codes({ lastGeneratedId: `${NOW + 60_001}-0` })).toEqual(['ids_in_future']);
    const last = diagnoseStream(streamOf({ lastGeneratedId: '18446744073709551615-3' }));
    expect(last).toMatchObject([{ code: 'ids_in_future', severity: 'stopped', since: null }]);
  });
});

describe('what is said', () => {
  it('names who holds what, since when, and the commands with the real names', () => {
    const [finding] = diagnoseGroup(
      factsOf({
        stream: streamOf({ name: "it's; $(reboot)" }),
        pending: 14,
        oldestPending: held(360_000),
      }),
    );
    expect(finding).toMatchObject({
      code: 'entry_held',
      severity: 'stopped',
      headline: 'is stalled',
      consumer: 'worker-2',
      since: new Date(NOW - 360_000).toISOString(),
    });
    expect(finding?.sentence).toBe(
      'worker-2 has held an entry for 6 min without acknowledging it; 14 pending in all.',
    );
    expect(finding?.cure.commands[0]).toBe(
      "redis-cli XPENDING 'it'\\''s; $(reboot)' workers - + 10 worker-2",
    );
  });

  it('tells of nobody reading what waits, and of an idle group nothing that needs a person', () => {
    const [waiting] = found({ consumers: 0, lag: lagOf(214), pending: 3 });
    expect(waiting?.sentence).toBe(
      'The group has no consumer; 214 entries wait, the oldest for 7 min.',
    );
    const idle = found({ consumers: 0, lag: lagOf(0) });
    expect(idle).toMatchObject([{ code: 'nobody_reading', severity: 'info' }]);
    expect(attentionOf([{ findings: idle }])).toEqual([]);
    expect(found({ consumers: 0, lag: lagOf(0, { lost: 4 }) })).toMatchObject([
      { code: 'entries_lost' },
      { sentence: 'The group has no consumer; 4 entries were lost.' },
    ]);
  });

  it('puts what is being lost before what is stopped, and that before what needs a look', () => {
    const findings = found({
      lag: lagOf(60, { lost: 9 }),
      ...{ trend: trendOf(0, 60), lagTrend: growing(2), pending: 1 },
      ...{ oldestPending: held(90_000, 'w', 7), lostMore: { entries: 9, windowMs: 60_000 } },
    });
    expect(codesOf(findings)).toEqual([
      ...['entries_losing', 'entry_held', 'falling_behind', 'poison_entry'],
    ]);
    const other = { findings: found({ consumers: 0 }) };
    const worst = attentionOf([other, { findings }]).map(({ severity }) => severity);
    expect(worst).toEqual(['losing', 'stopped', 'look', 'look', 'look']);
  });
});

describe('the state of a group', () => {
  it.each<[string, Partial<GroupFacts>]>([
    ['keeping_up', {}],
    ['keeping_up', { lag: lagOf(0), idleMs: 600_000 }],
    ['keeping_up', { trend: null, lagTrend: null }],
    ['keeping_up', { lag: lagOf(3, { lost: 10 }) }],
    ['unknown', { lag: lagOf(null, { reason: 'the user may not count' }) }],
    ['nobody_reading', { lag: lagOf(null), idleMs: 60_000 }],
    ['stalled', { consumers: 0, pending: 1, oldestPending: held(60_000) }],
    ['stalled', { lag: lagOf(0), lastDeliveredId: `${NOW + 1}-0` }],
  ])('is %s', (state, changes) => {
    expect(stateOf(changes).state).toBe(state);
  });

  it('comes with the sentence of what decided it', () => {
    expect(stateOf({ lag: lagOf(null, { reason: 'no EVAL' }) }).reason).toMatch(/no EVAL\.$/);
    expect(stateOf({ lag: lagOf(0) }).reason).toBe('Everything was delivered.');
    expect(stateOf({}).reason).toBe('The lag is not growing.');
  });
});

describe('a consumer', () => {
  const state = (
    changes: Partial<DiagnosedConsumer>,
    heldMs: number | null = null,
    lagEntries: number | null = 0,
  ) => consumerState(consumerOf(changes), { lagEntries, heldMs });

  it('is dead where it holds entries and asked for none in five minutes', () => {
    const silent = { pending: 1, idle_ms: 300_000, inactive_ms: 300_000 };
    expect(state(silent)).toBe('dead');
    expect(state({ ...silent, idle_ms: 299_999 })).toBe('stuck');
    expect(state({ ...silent, pending: 0 })).toBe('idle');
  });

  it('is only stuck where an old Redis cannot tell waiting from being gone', () => {
    const silent = { pending: 1, idle_ms: 300_000, inactive_ms: null };
    expect(state(silent, null, 0)).toBe('stuck');
    expect(state(silent, null, null)).toBe('stuck');
    expect(state(silent, null, 1)).toBe('dead');
  });

  it('is stuck where it asks and leaves what it holds alone', () => {
    expect(state({ pending: 3, inactive_ms: 5 }, 60_000)).toBe('stuck');
    expect(state({ pending: 3, inactive_ms: 5 }, 59_999)).toBe('active');
    expect(state({ pending: 3, inactive_ms: 70_000 })).toBe('stuck');
    expect(state({ pending: 3 })).toBe('active');
  });

  it('is idle or active where it holds nothing', () => {
    expect(state({ idle_ms: 60_000 })).toBe('idle');
    expect(state({ idle_ms: 59_999 })).toBe('active');
  });
});

describe('in detail', () => {
  const dead = consumerOf({ ...{ name: 'gone', pending: 14, idle_ms: 400_000 }, state: 'dead' });
  const stuck = consumerOf({ ...{ name: 'hung', pending: 2, held_ms: 90_000 }, state: 'stuck' });
  const well = consumerOf({ name: 'well', idle_ms: 20 });
  const leftOver = consumerOf({ name: 'old', idle_ms: 4_000_000, state: 'idle' });
  const facts = factsOf({ pending: 16, oldestPending: held(400_000, 'gone') });

  it('a consumer takes the place of the entry it holds, and somebody well takes over', () => {
    const findings = diagnoseGroupInDetail(facts, {
      consumers: [well, leftOver, stuck, dead],
      pending: [held(400_000, 'gone')],
    });
    expect(codesOf(findings)).toEqual(['consumer_dead', 'consumer_stuck', 'consumer_idle']);
    expect(findings[0]?.cure.commands).toEqual([
      'redis-cli XPENDING tasks workers - + 10 gone',
      'redis-cli XAUTOCLAIM tasks workers well 300000 0-0 COUNT 100',
    ]);
    expect(findings[2]?.cure.commands).toEqual(['redis-cli XGROUP DELCONSUMER tasks workers old']);
    expect(groupState(findings, facts)).toMatchObject({ state: 'stalled' });
  });

  it('nobody is named to take over where nobody is well, and the last consumer is never left over', () => {
    const [finding] = diagnoseGroupInDetail(facts, { consumers: [dead], pending: [] });
    expect(finding?.cure.commands).toHaveLength(1);
    expect(
      codesOf(diagnoseGroupInDetail(factsOf(), { consumers: [leftOver], pending: [] })),
    ).toEqual([]);
  });

  it('tells five consumers and five poisoned entries, those with most first', () => {
    const many = (length: number) => Array.from({ length }, (_, n) => n + 1);
    const findings = diagnoseGroupInDetail(factsOf({ pending: 99 }), {
      consumers: many(20).map((n) => ({ ...dead, name: `c${n}`, pending: n })),
      pending: many(20).map((n) => ({ ...held(5, 'w', n), id: `${n}-0` })),
    });
    const told = (code: string) => findings.filter((finding) => finding.code === code);
    expect(told('consumer_dead').map(({ consumer }) => consumer)).toEqual([
      ...['c20', 'c19', 'c18', 'c17', 'c16'],
    ]);
    expect(told('poison_entry').map(({ entry }) => entry)).toEqual([
      ...['20-0', '19-0', '18-0', '17-0', '16-0'],
    ]);
  });
});

/** Facts of any kind, likely or not. */
const anyFacts: fc.Arbitrary<GroupFacts> = (() => {
  const ms = fc.oneof(fc.nat(200_000), fc.nat(10 ** 12));
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);
  const count = fc.nat(30_000);
  const name = fc.oneof(fc.string(), fc.constantFrom('', "a'b", '$x', 'binary:_w==', '\n'));
  const id = fc.tuple(fc.nat(), fc.nat(9)).map(([at, sequence]) => `${NOW - at}-${sequence}`);
  const quality = fc.constantFrom('exact', 'counted', 'at_least', 'unknown');
  const lag = fc
    .record({ value: count, quality, lost: maybe(count), behind_ms: maybe(ms) })
    .map((facts) => lagOf(facts.quality === 'unknown' ? null : facts.value, facts as Partial<Lag>))
    .map((one) => (one.quality === 'unknown' ? { ...one, value: null } : one));
  const trend = fc.record({
    windowMs: ms,
    lagBefore: maybe(count),
    lagNow: maybe(count),
    delivered: fc.boolean(),
  });
  return fc
    .record({
      ...{ streamName: name, groupName: name, consumers: fc.nat(5), pending: count },
      ...{ idleMs: maybe(ms), lag, trend: maybe(trend), lastDeliveredId: id, newest: id },
      oldest: maybe(fc.record({ id, consumer: name, idle_ms: ms, deliveries: fc.nat(20) })),
      growth: maybe(fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), ms)),
      trimStatus: maybe(fc.constantFrom('approaching', 'reached', 'never')),
      ...{ trimInMs: ms, lost: maybe(count), recreated: maybe(ms) },
    })
    .map((any) =>
      factsOf({
        stream: streamOf({
          name: any.streamName,
          lastGeneratedId: any.newest,
          recreatedAtMs: any.recreated === null ? null : NOW - any.recreated,
        }),
        ...{ name: any.groupName, consumers: any.consumers, pending: any.pending },
        ...{ idleMs: any.idleMs, oldestPending: any.oldest, lastDeliveredId: any.lastDeliveredId },
        ...{ lag: any.lag, trend: any.trend },
        lagTrend: any.growth && growing(any.growth[0], any.growth[1]),
        trim: any.trimStatus && trimOf({ status: any.trimStatus, in_ms: any.trimInMs }),
        lostMore: any.lost === null ? null : { entries: any.lost, windowMs: 60_000 },
      }),
    );
})();

describe('whatever the facts', () => {
  it('findings are whole sentences with figures that are some, worst first, none twice', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const findings = [...diagnoseStream(facts.stream), ...diagnoseGroup(facts)];
        for (const { sentence, headline, cure, evidence, severity, since } of findings) {
          for (const text of [sentence, cure.sentence]) {
            expect(text).toMatch(/[.:]$/);
            expect(text).not.toMatch(/undefined|null|NaN|Infinity/);
          }
          expect(headline).not.toBe('');
          for (const { value } of evidence) expect(value).not.toBeNaN();
          expect(SEVERITIES).toContain(severity);
          if (since !== null) expect(since).toMatch(/Z$/);
        }
        const ranks = diagnoseGroup(facts).map(({ severity }) => SEVERITIES.indexOf(severity));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        const codes = codesOf(findings);
        expect(new Set(codes).size).toBe(codes.length);
      }),
    );
  });

  it('findings never contradict each other, nor the state', () => {
    const exclusive: FindingCode[][] = [
      ['nobody_reading', 'nothing_delivered', 'falling_behind', 'lag_unknown'],
      ['entries_losing', 'entries_lost'],
    ];
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const findings = diagnoseGroup(facts);
        const codes = codesOf(findings);
        for (const set of exclusive) {
          expect(codes.filter((code) => set.includes(code)).length).toBeLessThanOrEqual(1);
        }
        const { state, reason } = groupState(findings, facts);
        expect(reason).not.toBe('');
        if (state === 'stalled') {
          expect(findings.some(({ severity }) => severity === 'stopped')).toBe(true);
        }
        if (state === 'keeping_up') {
          expect(findings.some(({ severity }) => severity === 'stopped')).toBe(false);
          expect(facts.lag.value).not.toBeNull();
        }
        if (state === 'nobody_reading') expect(codes).toContain('nobody_reading');
      }),
    );
  });
});

describe('docs/diagnosis.md', () => {
  const rows = readFileSync('docs/diagnosis.md', 'utf8')
    .split('\n')
    .flatMap(
      (line) =>
        /^\| <a id="(\w+)"><\/a>`(\w+)` \| ([\w, ]+) \| (.+) \| (.+) \|$/.exec(line)?.slice(1) ??
        [],
    )
    .reduce<string[][]>((all, cell, at) => {
      if (at % 5 === 0) all.push([]);
      all.at(-1)?.push(cell);
      return all;
    }, []);

  it('has one row for each code, and none for a code that is not there', () => {
    expect(rows.map(([, code]) => code).toSorted()).toEqual([...FINDING_CODES].toSorted());
    for (const [id, code] of rows) expect(id).toBe(code);
  });

  it('names severities that there are, and says what is found and what to do in sentences', () => {
    for (const [, , severities = '', when, cure] of rows) {
      for (const severity of severities.split(', ')) expect(SEVERITIES).toContain(severity);
      expect(when).toMatch(/^[A-Z`].{15,}\.$/);
      expect(cure).toMatch(/^[A-Z`].{10,}\.$/);
    }
  });
});
