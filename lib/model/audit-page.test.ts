import { describe, expect, it } from 'vitest';
import {
  AUDIT_OUTCOMES,
  type AuditQuery,
  type AuditRecord,
  actionWords,
  auditDownloadHref,
  auditPageHref,
  auditParams,
  matchesAudit,
  parseAuditQuery,
} from './audit-page';
import { DashboardError } from './errors';

const parse = (search: string) => parseAuditQuery(new URLSearchParams(search));
const wrongIn = (search: string) => {
  try {
    parse(search);
    return [];
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    return error.details.errors?.map(({ field }) => field);
  }
};

describe('the query', () => {
  it('is for all acts where nothing is asked', () => {
    expect(parse('')).toEqual({
      ...{ actor: '', action: null, stream: null, outcomes: null, limit: 50 },
      ...{ fromMs: undefined, toMs: undefined, before: undefined },
    });
    expect(auditPageHref(parse(''))).toBe('/audit');
  });

  it('is read back as it was written', () => {
    const query: AuditQuery = {
      ...{ actor: 'ann', action: 'task.*', stream: 'a b', outcomes: ['done', 'failed'] },
      ...{ fromMs: 1, toMs: 2, before: '3-4', limit: 10 },
    };
    expect(parseAuditQuery(auditParams(query))).toEqual(query);
    expect(auditPageHref({ actor: 'ann' }, '1-2')).toBe('/audit?actor=ann&entry=1-2');
    expect(auditDownloadHref(query, 'csv')).not.toMatch(/before|limit/);
  });

  it('names every wrong parameter', () => {
    expect(wrongIn('action=a b&outcome=well&from=x&to=y&before=z&limit=501')).toEqual([
      ...['action', 'outcome', 'from', 'to', 'before', 'limit'],
    ]);
    expect(wrongIn(`outcome=${AUDIT_OUTCOMES.join(',')}&action=session.*`)).toEqual([]);
  });
});

describe('what matches', () => {
  const record: AuditRecord = {
    ...{ phase: 'result', act: 'a', outcome: 'done', code: null, action: 'task.enqueue' },
    ...{
      actor: 'Ann',
      subject: 'auth0|7f',
      role: null,
      address: '10.0.0.7',
      via: null,
      stream: 's',
      group: null,
    },
    ...{ targets: [], count: null, before: null, after: null, reason: null },
    ...{ request_id: null, intent: null, instance: 'test' },
  };
  it.each([
    ['', true],
    ['actor=an', true],
    ['actor=0.0.7', true],
    ['actor=AUTH0|7', true],
    ['actor=bob', false],
    ['action=task.enqueue', true],
    ['action=task.*', true],
    ['action=task', false],
    ['stream=s', true],
    ['stream=ss', false],
    ['outcome=failed,done', true],
    ['outcome=pending', false],
    ['actor=ann&stream=other', false],
  ])('%s: %s', (search, expected) => {
    expect(matchesAudit(record, parse(search))).toBe(expected);
  });
});

it('an act is called by a name, one of a later version by its own', () => {
  expect(actionWords('task.enqueue')).toBe('Enqueue a task');
  expect(actionWords('toString')).toBe('toString');
});
