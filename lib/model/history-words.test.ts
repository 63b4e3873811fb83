import { describe, expect, it } from 'vitest';
import type { HistoryState } from './history-query';
import { historyWords } from './history-words';

const kept: HistoryState = {
  ...{ configured: 'redis', stored_in: 'redis', writer: true, reason: null },
  since: '2026-11-22T14:03:07.412Z',
};

describe('where the past is kept', () => {
  it('needs no word where it is kept in Redis as configured', () => {
    expect(historyWords(kept)).toBeNull();
  });

  it('is told with its cause and since when, where Redis takes no writes', () => {
    const reason = { code: 'redis_out_of_memory', message: 'Redis is out of memory.' } as const;
    expect(historyWords({ ...kept, stored_in: 'memory', reason })).toMatchObject({
      tone: 'warn',
      title: 'History is kept in memory only',
      since: '2026-11-22T14:03:07.412Z',
      detail: expect.stringContaining('Redis is out of memory.'),
    });
  });

  it('is told plainly where it was configured so', () => {
    const memory = historyWords({ ...kept, configured: 'memory', stored_in: 'memory' });
    expect(memory).toMatchObject({
      tone: 'plain',
      detail: expect.stringContaining('HISTORY=memory'),
    });
    const off = historyWords({ ...kept, configured: 'off', stored_in: 'nowhere' });
    expect(off).toMatchObject({ tone: 'plain', title: 'History is off' });
  });
});
