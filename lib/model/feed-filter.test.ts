import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedMatcher, parseFeedFilter } from './feed-filter';
import type { FeedMessage } from './feed-message';

const message = (event: string, data: unknown = {}): FeedMessage => ({
  event,
  id: '1-1',
  data: JSON.stringify(data),
});
const everything = { types: [], jobId: null, text: null };

/** Whether a filter written as a query lets the message through. */
function passes(query: string, ...[event, data]: Parameters<typeof message>): boolean {
  const matches = feedMatcher(parseFeedFilter(new URLSearchParams(query)));
  return matches === null || matches(message(event, data));
}

describe('parseFeedFilter', () => {
  it('is everything where nothing is asked for', () => {
    for (const query of ['', 'type=&job_id=&q=', 'type=,%20,&job_id=%20&q=%20%20']) {
      const filter = parseFeedFilter(new URLSearchParams(query));
      expect(filter).toEqual(everything);
      expect(feedMatcher(filter)).toBeNull();
    }
  });

  it('reads patterns, a job and text', () => {
    const query = 'type=ingestion.*,%20worker.task_failed&job_id=J-1&q=%20TimeOut%20';
    expect(parseFeedFilter(new URLSearchParams(query))).toEqual({
      types: ['ingestion.*', 'worker.task_failed'],
      jobId: 'J-1',
      text: 'timeout',
    });
  });

  it('bounds what a client makes the server compare', () => {
    const long = 'x'.repeat(10_000);
    const query = new URLSearchParams({ type: `${'a,'.repeat(100)}`, job_id: long, q: long });
    const filter = parseFeedFilter(query);
    expect(filter.types).toHaveLength(32);
    expect(filter.jobId).toHaveLength(256);
    expect(filter.text).toHaveLength(256);
  });
});

describe('a type pattern', () => {
  it('matches what the same pattern matches as a regular expression', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1 });
    fc.assert(
      fc.property(pattern, word, (text, type) => {
        const matches = feedMatcher({ ...everything, types: [text] });
        const oracle = new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matches?.(message(type))).toBe(oracle.test(type));
      }),
      { numRuns: 3_000 },
    );
  });

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

  it('of many stars is not slow', () => {
    const startedMs = performance.now();
    const type = encodeURIComponent(`${'*a'.repeat(100)}b`);
    expect(passes(`type=${type}`, 'a'.repeat(128))).toBe(false);
    // To try every way a star may stretch takes longer than anybody lives.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
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
