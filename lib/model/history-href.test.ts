import { describe, expect, it } from 'vitest';
import {
  eventCountsApiHref,
  historyApiHref,
  RANGE_WORDS,
  RANGES,
  rangeFromParams,
  withRange,
} from './history-href';

describe('the range of a page', () => {
  it('is what its address names, or fifteen minutes', () => {
    const of = (search: string) => rangeFromParams(new URLSearchParams(search));
    expect(['', 'range=7d', 'range=3y', 'range=__proto__'].map(of)).toEqual([
      ...['15m', '7d', '15m', '15m'],
    ]);
    expect(RANGES).toEqual(Object.keys(RANGE_WORDS));
  });

  it('goes into an address beside what stands there', () => {
    expect(withRange('/streams/a%2Fb', '1h')).toBe('/streams/a%2Fb?range=1h');
    expect(withRange('/streams/a?limit=5&range=1h', '7d')).toBe('/streams/a?limit=5&range=7d');
    expect(withRange('/streams/a?range=1h', '15m')).toBe('/streams/a');
  });
});

describe('where the past is read', () => {
  it('is one address for all groups and one for each, whatever their names', () => {
    expect(historyApiHref('a/b', '6h', null)).toBe('/api/streams/a%2Fb/history?range=6h&group=*');
    expect(historyApiHref('a', '15m', 'x&y')).toBe('/api/streams/a/history?range=15m&group=x%26y');
    expect(eventCountsApiHref('a/b', '7d')).toBe('/api/streams/a%2Fb/event-counts?range=7d');
  });
});
