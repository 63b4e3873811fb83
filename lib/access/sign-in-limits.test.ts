import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import {
  ATTEMPTS_PER_ADDRESS_MAX,
  ATTEMPTS_PER_USER_MAX,
  FAILURES_PER_ADDRESS_MAX,
  FAILURES_PER_USER_MAX,
  SIGN_INS_WINDOW_MS,
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
    expect(wait).toBe((SIGN_INS_WINDOW_MS - 60_000) / 1_000);
    expect(waitS(() => limits.begin('bob', 'another', START + 60_000))).toBe(0);
    expect(waitS(() => limits.begin('ann', 'another', START + SIGN_INS_WINDOW_MS))).toBe(0);
  });

  it('makes an address wait, whatever names are tried', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < FAILURES_PER_ADDRESS_MAX; n++) limits.begin(`user ${n}`, 'here', START);
    expect(waitS(() => limits.begin('ann', 'here', START + 1))).toBeGreaterThan(0);
    expect(waitS(() => limits.begin('ann', 'there', START + 1))).toBe(0);
  });

  it('counts nothing for those who get in', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < ATTEMPTS_PER_USER_MAX; n++) limits.begin(`u${n}`, 'here', START).pass();
    expect(waitS(() => limits.begin('ann', 'here', START))).toBe(0);
  });

  it('lets nobody in again and again: not a user, nor all of an address', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < ATTEMPTS_PER_USER_MAX; n++) limits.begin('ann', `from ${n}`, START).pass();
    expect(waitS(() => limits.begin('ann', 'another', START + 60_000))).toBe(14 * 60);
    expect(waitS(() => limits.begin('bob', 'another', START + 60_000))).toBe(0);
    expect(waitS(() => limits.begin('ann', 'another', START + SIGN_INS_WINDOW_MS))).toBe(0);
    for (let n = 0; n < ATTEMPTS_PER_ADDRESS_MAX; n++) {
      limits.begin(`user ${n}`, 'here', START).pass();
    }
    expect(waitS(() => limits.begin('cy', 'here', START))).toBeGreaterThan(0);
  });

  it('counts nothing of what is forgotten, and a user alone where no address is given', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < 2 * ATTEMPTS_PER_ADDRESS_MAX; n++) {
      limits.begin('ann', 'here', START).forget();
    }
    for (let n = 0; n < FAILURES_PER_USER_MAX; n++) limits.begin('ann', null, START);
    expect(waitS(() => limits.begin('ann', null, START))).toBeGreaterThan(0);
    expect(waitS(() => limits.begin('bob', 'here', START))).toBe(0);
  });

  it('an end that is told twice counts once', () => {
    const limits = new SignInLimits();
    const attempt = limits.begin('ann', 'here', START);
    for (let n = 1; n < FAILURES_PER_USER_MAX; n++) limits.begin('ann', 'here', START);
    attempt.pass();
    attempt.pass();
    limits.begin('ann', 'here', START);
    expect(waitS(() => limits.begin('ann', 'here', START))).toBeGreaterThan(0);
  });

  it('a success takes no failure of before away', () => {
    const limits = new SignInLimits();
    for (let n = 1; n < FAILURES_PER_USER_MAX; n++) limits.begin('ann', 'here', START);
    limits.begin('ann', 'here', START).pass();
    limits.begin('ann', 'here', START);
    expect(waitS(() => limits.begin('ann', 'here', START))).toBeGreaterThan(0);
  });
});
