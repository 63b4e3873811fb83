import { describe, expect, it } from 'vitest';
import { DashboardError } from './errors';
import { parseFeedQuery } from './feed-query';

const parse = (query: string, header: string | null = null) =>
  parseFeedQuery(new URLSearchParams(query), header);

describe('parseFeedQuery', () => {
  it('asks for what is new where nothing is said', () => {
    const asked = { stream: null, lastId: null, filter: [], stats: 'none', counts: false };
    expect(parse('')).toEqual(asked);
    expect(parse('stream=&last_id=&stats=&counts=')).toEqual(asked);
    expect(parse('last_id=$').lastId).toBeNull();
  });

  it('reads a stream, an id and a filter', () => {
    expect(parse('stream=a%3Ab&last_id=5-1&job_id=j')).toMatchObject({
      stream: 'a:b',
      lastId: '5-1',
      filter: [{ test: { subject: 'job', any: [['j']] } }],
    });
  });

  it('takes 0 for everything and a time for its first entry', () => {
    expect(parse('last_id=0').lastId).toBe('0-0');
    expect(parse('last_id=1700000000000').lastId).toBe('1700000000000-0');
  });

  it('lets the header win, which a browser sends when it reconnects', () => {
    expect(parse('last_id=0', '7-3').lastId).toBe('7-3');
    expect(parse('last_id=4-4', '').lastId).toBe('4-4');
  });

  it('adds statistics where they are asked for, beside the entries or alone', () => {
    expect(parse('stats=1').stats).toBe('with');
    expect(parse('stats=only').stats).toBe('only');
    expect(parse('stats=0').stats).toBe('none');
    for (const other of ['yes', 'toString', '11']) {
      expect(() => parse(`stats=${other}`)).toThrow('stats must be');
    }
  });

  it('counts what the filter leaves out where that is asked for', () => {
    expect(parse('counts=1').counts).toBe(true);
    expect(parse('counts=0').counts).toBe(false);
    expect(() => parse('counts=all')).toThrow('counts must be');
  });

  it.each(['abc', '1-', '-1', '18446744073709551616', '1-1\n'])('refuses the id %j', (id) => {
    const refused = (read: () => unknown) => {
      try {
        return read();
      } catch (error) {
        return error instanceof DashboardError ? error.code : error;
      }
    };
    expect(refused(() => parse(`last_id=${encodeURIComponent(id)}`))).toBe('invalid_entry_id');
    expect(refused(() => parse('last_id=0', id))).toBe('invalid_entry_id');
  });
});
