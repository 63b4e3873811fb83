import { describe, expect, it } from 'vitest';
import { parseEntriesQuery } from './entries-page';
import { DashboardError } from './errors';

const parse = (query: Record<string, string>) => parseEntriesQuery(new URLSearchParams(query));

/** The parameters a refusal names. */
function refused(query: Record<string, string>): string[] {
  try {
    parse(query);
    return [];
  } catch (error) {
    if (!(error instanceof DashboardError) || error.code !== 'invalid_request') throw error;
    return (error.details.errors ?? []).map(({ field }) => field);
  }
}

describe('parseEntriesQuery', () => {
  it('asks for the newest fifty where nothing is said', () => {
    const nothing = { order: 'desc', limit: 50 };
    expect(parse({})).toEqual(nothing);
    expect(parse({ before: '', after: '', from: '', to: '', order: '', limit: '' })).toEqual(
      nothing,
    );
  });

  it('reads ids, times, order and limit', () => {
    const query = { before: '9-1', after: '5', from: '1700000000000', order: 'asc', limit: '500' };
    expect(parse({ ...query, to: '2023-11-14T22:13:21Z' })).toEqual({
      before: '9-1',
      after: '5-0',
      fromMs: 1_700_000_000_000,
      toMs: 1_700_000_001_000,
      order: 'asc',
      limit: 500,
    });
  });

  it.each([
    ['2023-11-14', Date.UTC(2023, 10, 14)],
    ['2023-11-14T22:13', Date.UTC(2023, 10, 14, 22, 13)],
    ['2023-11-14T22:13:20.123456', Date.UTC(2023, 10, 14, 22, 13, 20, 123)],
    ['2023-11-14T22:13:20.5Z', Date.UTC(2023, 10, 14, 22, 13, 20, 500)],
    ['2023-11-14T22:13:20+02:00', Date.UTC(2023, 10, 14, 20, 13, 20)],
    ['0', 0],
  ])('the time %s is UTC unless it says otherwise', (from, ms) => {
    expect(parse({ from }).fromMs).toBe(ms);
  });

  it.each(['-5', 'yesterday', 'May 5 2020', '2023-13-01', '2023-11-14T25:00', '1e3', '1969-01-01'])(
    'the time %s is refused, not guessed',
    (time) => {
      expect(refused({ from: time, to: time })).toEqual(['from', 'to']);
    },
  );

  it('names every wrong parameter at once', () => {
    const query = { before: 'x', after: '1-', from: 'x', to: 'x', order: 'down', limit: '0' };
    expect(refused(query)).toEqual(['before', 'after', 'from', 'to', 'order', 'limit']);
    for (const limit of ['501', '-1', '1.5', 'ten', 'NaN'])
      expect(refused({ limit })).toEqual(['limit']);
  });
});
