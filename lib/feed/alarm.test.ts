import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from './alarm';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether a promise has settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

describe('an alarm', () => {
  it('wakes who waits', async () => {
    const alarm = new Alarm();
    const waiting = alarm.wait();
    expect(await settled(waiting)).toBe(false);
    alarm.ring();
    expect(await settled(waiting)).toBe(true);
  });

  it('remembers one ring that nobody waited for, and only one', async () => {
    const alarm = new Alarm();
    alarm.ring();
    alarm.ring();
    expect(await settled(alarm.wait())).toBe(true);
    const waiting = alarm.wait();
    expect(await settled(waiting)).toBe(false);
    alarm.ring();
    expect(await settled(waiting)).toBe(true);
  });

  it('gives up after a time, and leaves no timer behind when it rang before', async () => {
    const alarm = new Alarm();
    const timed = alarm.wait(1_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(await settled(timed)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await settled(timed)).toBe(true);
    const rung = alarm.wait(1_000);
    alarm.ring();
    await rung;
    expect(vi.getTimerCount()).toBe(0);
    expect(await settled(alarm.wait())).toBe(false);
  });
});
