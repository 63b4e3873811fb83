import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { toWireEntry } from './entry';
import { parseFeedFilter } from './feed-filter';
import { entriesToTailRows, isFailureType, toTailRow } from './tail-row';

const ID = '1700000000000-0';
const event = (data: string, type = 'ingestion.progress') =>
  toTailRow({ event: type, id: ID, data });

describe('toTailRow', () => {
  it('makes a row of an event: its type, its job, its own data', () => {
    const data = '{"event_id":"e1","job_id":"j1","timestamp":"t","chunks_total":85,"note":"a\\nb"}';
    expect(event(data)).toEqual({
      kind: 'entry',
      stream: '',
      id: ID,
      type: 'ingestion.progress',
      jobId: 'j1',
      parts: [
        ['chunks_total', '85'],
        ['note', 'a\nb'],
      ],
      omittedBytes: null,
    });
  });

  it('keeps numerals that JavaScript would round', () => {
    expect(event('{"n":12345678901234567890,"x":1.0}')).toMatchObject({
      parts: [
        ['n', '12345678901234567890'],
        ['x', '1.0'],
      ],
    });
  });

  it('tells the error first', () => {
    expect(event('{"chunk_id":"c1","error":"LLM timeout"}')).toMatchObject({
      parts: [
        ['error', 'LLM timeout'],
        ['chunk_id', 'c1'],
      ],
    });
  });

  it('says how large an entry is that was too large to send', () => {
    expect(event('{"event_id":"e","omitted":{"bytes":5000000,"href":"/x"}}')).toMatchObject({
      omittedBytes: 5_000_000,
      parts: [],
    });
  });

  it('keeps a line short, whatever comes', () => {
    const row = event(JSON.stringify({ ['k'.repeat(9000)]: 'v'.repeat(9000) }));
    expect(row).toMatchObject({ parts: [[`${'k'.repeat(160)}…`, `${'v'.repeat(160)}…`]] });
  });

  it('shows an entry that is no event by its fields, duplicates and bytes too', () => {
    const data = JSON.stringify({
      id: ID,
      fields: [
        ['a', '1'],
        ['a', '2'],
        ['b', { base64: '/wA=' }],
      ],
    });
    expect(event(data, 'entry')).toMatchObject({
      type: null,
      parts: [
        ['a', '1'],
        ['a', '2'],
        ['b', '‹ff 00›'],
      ],
    });
  });

  it('shows the row of data it cannot read, rather than none', () => {
    expect(event('not json')).toMatchObject({ id: ID, type: null, parts: [] });
    expect(event('{}', 'entry')).toMatchObject({ id: ID, type: null, parts: [] });
    expect(event('{"id":"1-0","fields":[["a"],7,["b",{"base64":"%"}]]}', 'entry')).toMatchObject({
      parts: [],
    });
  });

  it('makes notices of what the dashboard itself tells', () => {
    const notice = (name: string, data: object) =>
      toTailRow({ event: name, data: JSON.stringify(data) }, 's');
    expect(notice('dashboard.gap', { after: '1-0', before: '9-0', lost: 7 })).toEqual({
      kind: 'gap',
      stream: 's',
      after: '1-0',
      before: '9-0',
      lost: 7,
    });
    expect(notice('dashboard.reset', { stream: 's' })).toEqual({ kind: 'reset', stream: 's' });
    expect(
      notice('dashboard.status', { redis: 'down', code: 'redis_unreachable', since: 't' }),
    ).toEqual({
      ...{ kind: 'redis', stream: 's', status: 'down' },
      ...{ code: 'redis_unreachable', since: 't' },
    });
    expect(notice('dashboard.hello', { stream: 's' })).toBeNull();
    expect(notice('dashboard.status', { redis: 'sideways' })).toBeNull();
  });

  it('does not let an entry pass for a notice', () => {
    const row = toTailRow({ event: 'dashboard.reset', id: ID, data: '{"stream":"s"}' });
    expect(row?.kind).toBe('entry');
  });
});

describe('entriesToTailRows', () => {
  it('makes of history what the live feed makes of the same entry', () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const entry = toWireEntry({
      id: ID,
      fields: [
        [text('type'), text('ingestion.started')],
        [text('job_id'), text('j1')],
        [text('data'), encode({ chunks_total: 85 })],
      ],
    });
    expect(entriesToTailRows([entry], [], 's')).toEqual([
      {
        kind: 'entry',
        stream: 's',
        id: ID,
        type: 'ingestion.started',
        jobId: 'j1',
        parts: [['chunks_total', '85']],
        omittedBytes: null,
      },
    ]);
    const other = parseFeedFilter(new URLSearchParams('type=query.*'));
    expect(entriesToTailRows([entry], other)).toEqual([]);
  });
});

describe('isFailureType', () => {
  it('knows a failure by its last word', () => {
    for (const type of ['ingestion.failed', 'worker.task_failed', 'error', 'x.error']) {
      expect(isFailureType(type)).toBe(true);
    }
    for (const type of ['ingestion.completed', 'failed.recovered', 'terror']) {
      expect(isFailureType(type)).toBe(false);
    }
  });
});
