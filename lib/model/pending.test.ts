import { describe, expect, it } from 'vitest';
import { DashboardError } from './errors';
import { parsePendingQuery } from './pending';

const parse = (query: Record<string, string>) => parsePendingQuery(new URLSearchParams(query));

function refused(query: Record<string, string>): string[] {
  try {
    parse(query);
    return [];
  } catch (error) {
    if (!(error instanceof DashboardError) || error.code !== 'invalid_request') throw error;
    return (error.details.errors ?? []).map(({ field }) => field);
  }
}

describe('parsePendingQuery', () => {
  it('asks for the first fifty where nothing is said', () => {
    expect(parse({})).toEqual({ limit: 50 });
    expect(parse({ after: '', consumer: '', limit: '', min_idle_ms: '' })).toEqual({ limit: 50 });
  });

  it('reads a place, a limit, a consumer, an idle time, deliveries, and whether entries come along', () => {
    const query = { after: '5', limit: '500', consumer: 'worker 1', min_idle_ms: '60000' };
    expect(parse({ ...query, min_deliveries: '3', entries: '1' })).toEqual({
      after: '5-0',
      limit: 500,
      consumer: 'worker 1',
      minIdleMs: 60_000,
      minDeliveries: 3,
      withEntries: true,
    });
  });

  it('names every wrong parameter at once', () => {
    const query = { after: 'x', limit: '501', min_idle_ms: '-1', min_deliveries: 'few' };
    expect(refused(query)).toEqual(['after', 'limit', 'min_idle_ms', 'min_deliveries']);
    for (const limit of ['0', '1.5', 'ten']) expect(refused({ limit })).toEqual(['limit']);
  });
});
