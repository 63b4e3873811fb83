import { describe, expect, test } from 'vitest';
import type { Actor } from '@/lib/model/actor';
import type { DashboardError } from '@/lib/model/errors';
import { WriteLimits } from './write-limits';

const NOW = 1_700_000_000_000;
const ANN: Actor = { name: 'ann', role: 'operator', address: '10.0.0.1', via: 'session' };
const ELSEWHERE: Actor = { ...ANN, address: '10.0.0.2' };
const BOB: Actor = { ...ANN, name: 'bob' };
const OPEN: Actor = { name: 'anonymous', role: 'admin', address: '127.0.0.1', via: 'open' };

/** How many of `times` are let through; what the first that is not was told. */
function send(limits: WriteLimits, actor: Actor, times: number, nowMs = NOW) {
  let through = 0;
  let refusal: DashboardError | undefined;
  for (let n = 0; n < times; n++) {
    try {
      limits.take(actor, nowMs);
      through++;
    } catch (error) {
      refusal ??= error as DashboardError;
    }
  }
  return { through, code: refusal?.code, waitS: refusal?.details.retryAfterS };
}

describe('requests that change something', () => {
  test('are limited for a user, wherever they come from, and given back evenly', () => {
    const limits = new WriteLimits({ perUser: 30, perAddress: 1_000 });
    expect(send(limits, ANN, 20)).toMatchObject({ through: 20, code: undefined });
    expect(send(limits, ELSEWHERE, 20)).toEqual({ through: 10, code: 'write_limit', waitS: 2 });
    expect(send(limits, BOB, 30)).toMatchObject({ through: 30 });
    // One in two seconds comes back; what was refused cost nothing.
    expect(send(limits, ANN, 5, NOW + 2_000)).toMatchObject({ through: 1, waitS: 2 });
    expect(send(limits, ANN, 40, NOW + 62_000)).toMatchObject({ through: 30 });
  });

  test('are limited for an address, whoever sends them', () => {
    const limits = new WriteLimits({ perUser: 30, perAddress: 40 });
    expect(send(limits, ANN, 30)).toMatchObject({ through: 30 });
    expect(send(limits, BOB, 30)).toEqual({ through: 10, code: 'write_limit', waitS: 2 });
    expect(send(limits, { ...BOB, address: '10.0.0.9' }, 30)).toMatchObject({ through: 20 });
  });

  test('of a token are not those of the user of that name', () => {
    const limits = new WriteLimits({ perUser: 1, perAddress: 10 });
    expect(send(limits, ANN, 1)).toMatchObject({ through: 1 });
    expect(send(limits, { ...ANN, via: 'token' }, 2)).toMatchObject({ through: 1 });
  });

  test('of two people of one name at the provider are two users’, in one IPv6 network one address’s', () => {
    const limits = new WriteLimits({ perUser: 2, perAddress: 3 });
    const subject = (sub: string, address: string): Actor => ({
      ...{ ...ANN, via: 'oidc', subject: sub, address },
    });
    expect(send(limits, subject('s1', '2001:db8::1'), 5)).toMatchObject({ through: 2 });
    expect(send(limits, subject('s1', '2001:db8:0:1::1'), 5)).toMatchObject({ through: 0 });
    expect(send(limits, subject('s2', '2001:db8::2'), 5)).toMatchObject({ through: 1 });
    expect(send(limits, subject('s2', '::ffff:10.0.0.1'), 5)).toMatchObject({ through: 1 });
    expect(send(limits, { ...BOB, address: '10.0.0.1' }, 5)).toMatchObject({ through: 2 });
  });

  test('of nobody in particular count by address, and where that is unknown not at all', () => {
    const limits = new WriteLimits({ perUser: 1, perAddress: 3 });
    expect(send(limits, OPEN, 5)).toMatchObject({ through: 3 });
    expect(send(limits, { ...OPEN, address: 'unknown' }, 5)).toMatchObject({ through: 5 });
  });
});
