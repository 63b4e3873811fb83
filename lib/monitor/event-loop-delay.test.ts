import { expect, it, vi } from 'vitest';
import { EventLoopDelay } from './event-loop-delay';

const PATIENT = { timeout: 20_000, interval: 20 };

/** Keeps the event loop busy. */
function block(ms: number): void {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt);
}

it('measures how late the loop ran, without the time it waited on purpose', async () => {
  const delay = new EventLoopDelay();
  expect(delay.read()).toBeNull();
  delay.start();
  try {
    const before = await vi.waitFor(() => {
      const read = delay.read();
      expect(read?.count).toBeGreaterThan(4);
      return read;
    }, PATIENT);
    block(300);
    await vi.waitFor(() => {
      const read = delay.read();
      const [median, , , longest] = read?.quantiles ?? [];
      expect(longest?.quantile).toBe(1);
      expect(longest?.seconds).toBeGreaterThan(0.25);
      expect(median?.seconds).toBeLessThan(0.25);
      expect(read?.sum).toBeGreaterThan((before?.sum ?? 0) + 0.25);
    }, PATIENT);
  } finally {
    delay.stop();
  }
});
