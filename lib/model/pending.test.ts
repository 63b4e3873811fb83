import { describe, expect, it } from 'vitest';
import { DashboardError } from './errors';
import { parsePendingRange } from './pending';

const parse = (query: Record<string, string>) => parsePendingRange(new URLSearchParams(query));

function refused(query: Record<string, string>): string[] {
  try {
    parse(query);
    return [];
  } catch (error) {
    if (!(error instanceof DashboardError) || error.code !== 'invalid_request') throw error;
    return (error.details.errors ?? []).map(({ field }) => field);
  }
}

describe('parsePendingRange', () => {
  it('asks for the first fifty where nothing is said', () => {
    expect(parse({})).toEqual({ limit: 50 });
    expect(parse({ after: '', consumer: '', limit: '', min_idle_ms: '' })).toEqual({ limit: 50 });
  });

  it('reads a place, a limit, a consumer and an idle time', () => {
    const query = { after: '5', limit: '500', consumer: 'worker 1', min_idle_ms: '60000' };
    expect(parse(query)).toEqual({
      after: '5-0',
      limit: 500,
      consumer: 'worker 1',
      minIdleMs: 60_000,
    });
  });

  it('names every wrong parameter at once', () => {
    const query = { after: 'x', limit: '501', min_idle_ms: '-1' };
    expect(refused(query)).toEqual(['after', 'limit', 'min_idle_ms']);
    for (const limit of ['0', '1.5', 'ten']) expect(refused({ limit })).toEqual(['limit']);
  });
});
