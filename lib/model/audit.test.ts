import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUDIT_TARGETS_MAX,
  type AuditNote,
  auditFields,
  auditRecord,
  isRefusal,
  outcomeOfError,
  readAuditEntry,
} from './audit';
import { DashboardError, ERROR_CODES, type ErrorCode } from './errors';

const ASKER = {
  actor: { name: 'ann', role: 'operator', address: '10.0.0.7', via: 'session' },
  requestId: 'r-1',
} as const;
const NOTE: AuditNote = { phase: 'event', act: 'a-1', outcome: 'done', action: 'task.enqueue' };
const bytes = (text: string) => new TextEncoder().encode(text);
const asEntry = (fields: readonly (readonly [string, string])[]) => ({
  id: '1-1',
  fields: fields.map(([name, value]): [Uint8Array, Uint8Array] => [bytes(name), bytes(value)]),
});

describe('a record', () => {
  it('is read from its entry as it was written, whatever it names', () => {
    const text = fc.string({ unit: 'binary' });
    const facts = fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
      { noNullPrototype: true, maxKeys: 4 },
    );
    const some = fc.record(
      {
        stream: fc.string({ minLength: 1 }),
        group: fc.string({ minLength: 1 }),
        reason: text,
        targets: fc.array(text, { maxLength: 4 }),
        count: fc.nat(),
        before: facts,
        after: facts,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, (given) => {
        const record = auditRecord({ ...NOTE, ...given }, ASKER, 'test');
        expect(readAuditEntry(asEntry(auditFields(record)))).toEqual(record);
      }),
      { numRuns: 50 },
    );
  });

  it('has who it is at the provider beside the name; one of before has none', () => {
    const subject = 'x'.repeat(255);
    const actor = { ...ASKER.actor, via: 'oidc', subject } as const;
    const fields = auditFields(auditRecord(NOTE, { ...ASKER, actor }, 'test'));
    expect(readAuditEntry(asEntry(fields))).toMatchObject({ actor: 'ann', subject });
    const before = fields.filter(([name]) => name !== 'subject');
    expect(before.length).toBe(fields.length - 1);
    expect(readAuditEntry(asEntry(before))).toMatchObject({ actor: 'ann', subject: null });
  });

  it('is bounded, however much it is told of', () => {
    const long = '😀'.repeat(10_000);
    const many = Array.from({ length: 10_000 }, (_, n) => `${n}-1`);
    const facts = Object.fromEntries(many.map((id) => [id, long]));
    const note = { ...NOTE, targets: many, before: facts, after: facts, reason: long };
    const actor = { ...ASKER.actor, name: long, address: long };
    const record = auditRecord(note, { ...ASKER, actor }, 'test');
    expect(JSON.stringify(record).length).toBeLessThan(64 * 1024);
    expect(record.targets).toHaveLength(AUDIT_TARGETS_MAX);
    expect(record.count).toBe(10_000);
    expect(record.reason).toMatch(/^(😀)+…$/u);
  });

  it('has the same fields in the same order in each', () => {
    const names = (note: AuditNote) =>
      auditFields(auditRecord(note, ASKER, 'test')).map(([name]) => name);
    expect(names({ ...NOTE, targets: ['1-1'], after: { a: 1 }, code: 'x' })).toEqual(names(NOTE));
  });
});

describe('an entry', () => {
  const fields = auditFields(auditRecord(NOTE, ASKER, 'test'));
  const changed = (name: string, value: string) =>
    fields.map((field) => (field[0] === name ? ([name, value] as const) : field));

  it('with fields of a later version is read all the same', () => {
    const later = [...changed('action', 'stream.fold'), ['weather', 'fair'] as const];
    expect(readAuditEntry(asEntry(later))).toMatchObject({ action: 'stream.fold', actor: 'ann' });
  });

  it.each([
    ['phase', 'other'],
    ['outcome', 'well'],
    ['targets', '{'],
    ['targets', '[1]'],
    ['before', '[[]]'],
    ['count', 'many'],
    ['intent', 'x'],
    ['act', ''],
  ])('whose %s is %j is no record', (name, value) => {
    expect(readAuditEntry(asEntry(changed(name, value)))).toBeNull();
  });

  it('that lacks a field, or whose bytes are no text, is none', () => {
    expect(readAuditEntry(asEntry(fields.slice(1)))).toBeNull();
    const entry = asEntry(fields);
    entry.fields[5] = [bytes('actor'), new Uint8Array([0xff])];
    expect(readAuditEntry(entry)).toBeNull();
  });
});

describe('how an act ended', () => {
  it('is refused, failed or not known, by what it threw', () => {
    const outcome = (code: ErrorCode) => outcomeOfError(new DashboardError(code, ''));
    expect(outcome('outcome_unknown')).toBe('unknown');
    expect(outcome('audit_unavailable')).toBe('refused');
    expect(outcome('foreign_origin')).toBe('refused');
    expect(outcome('redis_out_of_memory')).toBe('failed');
    expect(outcomeOfError(new Error('bug'))).toBe('failed');
  });

  it('a refusal is by who asks or how often, or for want of an audit', () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    for (const code of codes) {
      const expected = [401, 403, 415, 429].includes(ERROR_CODES[code].status);
      expect([code, isRefusal(code)]).toEqual([code, expected || code === 'audit_unavailable']);
    }
  });
});
