import { describe, expect, it } from 'vitest';
import { backoffMs, pause } from './pause';

describe('a pause', () => {
  it('lasts its time', async () => {
    const startedMs = performance.now();
    await pause(30, new AbortController().signal);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(29);
  });

  it('ends at once when aborted, before or during', async () => {
    const before = new AbortController();
    before.abort();
    await pause(3_600_000, before.signal);
    const during = new AbortController();
    const pausing = pause(3_600_000, during.signal);
    during.abort();
    await pausing;
  });
});

describe('backoffMs', () => {
  const bounds = (attempt: number) => [backoffMs(attempt, () => 0), backoffMs(attempt, () => 1)];

  it('doubles from a tenth of a second to five seconds, with jitter in the upper half', () => {
    expect([0, 1, 2, 5].map(bounds)).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
      [1_600, 3_200],
    ]);
    for (const attempt of [6, 10, 1_000_000]) expect(bounds(attempt)).toEqual([2_500, 5_000]);
  });
});
