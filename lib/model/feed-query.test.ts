import { describe, expect, it } from 'vitest';
import { DashboardError } from './errors';
import { writeFeedCursor } from './feed-cursor';
import { type FeedQuery, parseFeedQuery } from './feed-query';

const parse = (query: string, header: string | null = null) =>
  parseFeedQuery(new URLSearchParams(query), header);

const lastIdOf = ({ from }: FeedQuery) => from[0]?.lastId;

describe('parseFeedQuery', () => {
  it('asks for what is new where nothing is said', () => {
    const from = [{ stream: null, lastId: null }];
    const asked = { from, filter: [], stats: 'none', counts: false };
    expect(parse('')).toEqual(asked);
    expect(parse('stream=&last_id=&stats=&counts=')).toEqual(asked);
    expect(lastIdOf(parse('last_id=$'))).toBeNull();
  });

  it('reads a stream, an id and a filter', () => {
    expect(parse('stream=a%3Ab&last_id=5-1&job_id=j')).toMatchObject({
      from: [{ stream: 'a:b', lastId: '5-1' }],
      filter: [{ test: { subject: 'job', any: [['j']] } }],
    });
  });

  it('takes 0 for everything and a time for its first entry', () => {
    expect(lastIdOf(parse('last_id=0'))).toBe('0-0');
    expect(lastIdOf(parse('last_id=1700000000000'))).toBe('1700000000000-0');
  });

  it('lets the header win, which a browser sends when it reconnects', () => {
    expect(lastIdOf(parse('last_id=0', '7-3'))).toBe('7-3');
    expect(lastIdOf(parse('last_id=4-4', ''))).toBe('4-4');
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

  describe('of several streams', () => {
    const refusal = (query: string, header: string | null = null) => {
      try {
        return parse(query, header);
      } catch (error) {
        return error instanceof DashboardError ? error.code : error;
      }
    };
    const places = (query: string, header: string | null = null) =>
      parse(query, header).from.map(({ stream, lastId }) => [stream, lastId]);

    it('takes each once, whatever their order and spelling', () => {
      expect(places('stream=b&stream=a&stream=&stream=b&stream=binary:YQ==')).toEqual([
        ['a', null],
        ['b', null],
      ]);
      expect(places('stream=b&stream=b')).toEqual([['b', null]]);
      expect(places('stream=&stream=b')).toEqual([['b', null]]);
    });

    it('begins each where the cursor says, and all of them at an entry id', () => {
      const cursor = writeFeedCursor(['a', 'b'], ['5-1', null]);
      expect(places('stream=b&stream=a', cursor)).toEqual([
        ['a', '5-1'],
        ['b', null],
      ]);
      expect(places(`stream=a&stream=b&last_id=${encodeURIComponent(cursor)}`)).toEqual([
        ['a', '5-1'],
        ['b', null],
      ]);
      expect(places('stream=a&stream=b&last_id=7')).toEqual([
        ['a', '7-0'],
        ['b', '7-0'],
      ]);
    });

    it('refuses a cursor of other streams, for one stream alone, and more streams than may be', () => {
      const cursor = writeFeedCursor(['a', 'b'], ['5-1', '6-1']);
      expect(refusal('stream=a&stream=c', cursor)).toBe('invalid_entry_id');
      expect(refusal('stream=a&stream=b&stream=c', cursor)).toBe('invalid_entry_id');
      expect(refusal('stream=a', cursor)).toBe('invalid_entry_id');
      const nine = Array.from({ length: 9 }, (_, at) => `stream=s${at}`).join('&');
      expect(refusal(nine)).toBe('too_many_streams');
      expect(parse(nine.replace('s8', 's0')).from).toHaveLength(8);
    });
  });
});
