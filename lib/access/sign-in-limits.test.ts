import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import {
  FAILURES_PER_ADDRESS_MAX,
  FAILURES_PER_USER_MAX,
  FAILURES_WINDOW_MS,
  SignInLimits,
} from './sign-in-limits';

const START = 1_000_000;

function waitS(attempt: () => unknown): number {
  try {
    attempt();
    return 0;
  } catch (error) {
    if (error instanceof DashboardError) return error.details.retryAfterS ?? Number.NaN;
    throw error;
  }
}

describe('SignInLimits', () => {
  it('makes a user wait after so many failures, from wherever they come', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < FAILURES_PER_USER_MAX; n++) limits.begin('ann', `address ${n}`, START + n);
    const wait = waitS(() => limits.begin('ann', 'another', START + 60_000));
    expect(wait).toBe((FAILURES_WINDOW_MS - 60_000) / 1_000);
    expect(waitS(() => limits.begin('bob', 'another', START + 60_000))).toBe(0);
    expect(waitS(() => limits.begin('ann', 'another', START + FAILURES_WINDOW_MS))).toBe(0);
  });

  it('makes an address wait, whatever names are tried', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < FAILURES_PER_ADDRESS_MAX; n++) limits.begin(`user ${n}`, 'here', START);
    expect(waitS(() => limits.begin('ann', 'here', START + 1))).toBeGreaterThan(0);
    expect(waitS(() => limits.begin('ann', 'there', START + 1))).toBe(0);
  });

  it('counts nothing for those who get in', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < 3 * FAILURES_PER_ADDRESS_MAX; n++) limits.begin('ann', 'here', START + n)();
    expect(waitS(() => limits.begin('ann', 'here', START))).toBe(0);
  });

  it('a success takes no failure of before away', () => {
    const limits = new SignInLimits();
    for (let n = 1; n < FAILURES_PER_USER_MAX; n++) limits.begin('ann', 'here', START);
    limits.begin('ann', 'here', START)();
    limits.begin('ann', 'here', START);
    expect(waitS(() => limits.begin('ann', 'here', START))).toBeGreaterThan(0);
  });
});
