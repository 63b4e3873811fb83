import { describe, expect, it } from 'vitest';
import { DashboardError } from './errors';
import { parseFeedFilter } from './feed-filter';
import type { FeedMessage } from './feed-message';
import { filterMatcher } from './filter-match';
import { canonicalFilter } from './filter-print';

const message = (event: string, data: unknown = {}): FeedMessage => ({
  event,
  id: '1-1',
  data: JSON.stringify(data),
});

/** Whether a filter written as a query lets the message through. */
function passes(query: string, ...[event, data]: Parameters<typeof message>): boolean {
  const matches = filterMatcher(parseFeedFilter(new URLSearchParams(query)));
  return matches === null || matches(message(event, data));
}

describe('parseFeedFilter', () => {
  const canonical = (query: string) => canonicalFilter(parseFeedFilter(new URLSearchParams(query)));

  it('is everything where nothing is asked for', () => {
    for (const query of [
      '',
      'type=&job_id=&q=&filter=',
      'type=,%20,&job_id=%20&q=%20&filter=%20',
    ]) {
      const filter = parseFeedFilter(new URLSearchParams(query));
      expect(filter).toEqual([]);
      expect(filterMatcher(filter)).toBeNull();
    }
  });

  it('reads patterns, a job and text into the filter language', () => {
    const query = 'type=ingestion.*,%20worker.task_failed&job_id=J-1&q=%20TimeOut%20now';
    expect(canonical(query)).toBe('"timeout now" job:J-1 type:ingestion.*,worker.task_failed');
  });

  it('takes no letter of the plain parameters for more than it is', () => {
    expect(canonical('job_id=a*,b&q=-x:y,"z')).toBe('"-x:y,\\"z" job:"a*,b"');
    expect(canonical('type=(a**,:b')).toBe('type:"(a"*,":b"');
  });

  it('adds the filter to them: the same as one text of all', () => {
    const text = new URLSearchParams({ filter: 'data.n>1 type:b', job_id: 'j', q: 'w' });
    expect(canonical(String(text))).toBe('data.n>1 job:j type:b w');
    const whole = new URLSearchParams({ filter: 'w job:j type:b data.n>1' });
    expect(canonical(String(whole))).toBe(canonical(String(text)));
  });

  it('refuses a malformed filter with its place', () => {
    const refused = () => {
      try {
        return parseFeedFilter(new URLSearchParams({ filter: 'ok n>' }));
      } catch (error) {
        return error;
      }
    };
    const error = refused();
    expect(error).toBeInstanceOf(DashboardError);
    expect(error).toMatchObject({
      code: 'invalid_filter',
      details: { errors: [{ field: 'filter', start: 4, end: 5, message: expect.any(String) }] },
    });
  });

  it('bounds what the plain parameters make the server compare', () => {
    const long = 'x'.repeat(10_000);
    const query = new URLSearchParams({ type: `${'a,'.repeat(100)}`, job_id: long, q: long });
    expect(parseFeedFilter(query)).toEqual([
      { negated: false, test: { kind: 'pattern', subject: 'type', any: Array(32).fill(['a']) } },
      { negated: false, test: { kind: 'pattern', subject: 'job', any: [['x'.repeat(256)]] } },
      { negated: false, test: { kind: 'text', any: ['x'.repeat(256)] } },
    ]);
  });
});

describe('a type pattern', () => {
  it('is no regular expression, and takes its letters as they are', () => {
    expect(passes('type=a.c', 'abc')).toBe(false);
    expect(passes('type=A*', 'abc')).toBe(false);
    expect(passes('type=(a', '(a')).toBe(true);
  });

  it('is one of several', () => {
    expect(passes('type=query.*,worker.*', 'worker.started')).toBe(true);
    expect(passes('type=query.*,worker.*', 'ingestion.started')).toBe(false);
  });

  it('never matches an entry that is no event', () => {
    expect(passes('type=*', 'entry', { id: '1-1', fields: [['type', 'x\ny']] })).toBe(false);
  });
});

describe('a job', () => {
  it('is the job_id of the event', () => {
    expect(passes('job_id=j1', 'a', { job_id: 'j1' })).toBe(true);
    expect(passes('job_id=j1', 'a', { job_id: 'j10' })).toBe(false);
    expect(passes('job_id=j1', 'a', { job_id: null, note: 'j1' })).toBe(false);
  });

  it('is the first job_id field of an entry that is no event', () => {
    const fields = [
      ['job_id', 'j1'],
      ['job_id', 'j2'],
    ];
    expect(passes('job_id=j1', 'entry', { id: '1-1', fields })).toBe(true);
    expect(passes('job_id=j2', 'entry', { id: '1-1', fields })).toBe(false);
    expect(passes('job_id=j1', 'entry', { fields: [['job_id', { base64: 'ajE=' }]] })).toBe(false);
  });
});

describe('text', () => {
  it('stands in the type, a name or a value, at any depth, in any case', () => {
    const data = { job_id: 'j1', error: { 'Detail Text': ['LLM Timeout', 42, true, null] } };
    for (const text of ['failed', 'detail', 'TIMEOUT', '42', 'true', 'J1', 'ERROR']) {
      expect(passes(`q=${text}`, 'worker.task_failed', data)).toBe(true);
    }
    expect(passes('q=null', 'a', data)).toBe(false);
    expect(passes('q=absent', 'a', data)).toBe(false);
  });

  it('does not reach from one value into the next', () => {
    expect(passes('q=ab', 'x', { a: 'a', b: 'b' })).toBe(false);
  });

  it('of an entry is its own names and values, not the words it is wrapped in', () => {
    const entry = {
      id: '1700-1',
      fields: [
        ['Name', 'Value'],
        [{ base64: '/w==' }, 'x'],
      ],
    };
    expect(passes('q=name', 'entry', entry)).toBe(true);
    expect(passes('q=value', 'entry', entry)).toBe(true);
    for (const text of ['entry', 'fields', 'base64', '1700', '/w==']) {
      expect(passes(`q=${text}`, 'entry', entry)).toBe(false);
    }
  });
});

describe('several conditions', () => {
  it('must all hold', () => {
    const query = 'type=a.*&job_id=j1&q=boom';
    expect(passes(query, 'a.b', { job_id: 'j1', error: 'boom' })).toBe(true);
    expect(passes(query, 'b.b', { job_id: 'j1', error: 'boom' })).toBe(false);
    expect(passes(query, 'a.b', { job_id: 'j2', error: 'boom' })).toBe(false);
    expect(passes(query, 'a.b', { job_id: 'j1', error: 'bang' })).toBe(false);
  });
});
