import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '@/lib/model/errors';
import { Subscribers } from './subscribers';

const codeOf = (act: () => void) => {
  try {
    act();
    return null;
  } catch (error) {
    return hasErrorCode(error, 'subscriber_limit', 'address_limit', 'user_limit')
      ? error.code
      : error;
  }
};

function crowd(limits: { max: number; perAddressMax: number; perUserMax?: number }) {
  const subscribers = new Subscribers({ perUserMax: 100, ...limits });
  return {
    counts: subscribers.counts,
    come(
      address: string | null,
      transport: 'sse' | 'websocket' = 'sse',
      user: string | null = null,
    ) {
      return subscribers.admit(transport, { address, user });
    },
  };
}

describe('Subscribers', () => {
  it('takes in as many as may be, in all and from one address', () => {
    const { come, counts } = crowd({ max: 4, perAddressMax: 2 });
    come('a');
    come('a', 'websocket');
    expect(codeOf(() => come('a'))).toBe('address_limit');
    come('b');
    come(null);
    expect(codeOf(() => come('c'))).toBe('subscriber_limit');
    expect(codeOf(() => come(null))).toBe('subscriber_limit');
    expect(counts).toEqual({
      sse: 3,
      websocket: 1,
      opened: 4,
      refused: 3,
      stalled: 0,
      delivered: 0,
    });
  });

  it('has room again for each that leaves, however often it says so', () => {
    const { come, counts } = crowd({ max: 2, perAddressMax: 1 });
    const leave = come('a');
    come('b');
    leave();
    leave();
    expect(counts.sse).toBe(1);
    come('a');
    expect(codeOf(() => come('a'))).toBe('subscriber_limit');
    expect(codeOf(() => come('c'))).toBe('subscriber_limit');
    expect(counts.sse).toBe(2);
  });

  it('takes in as many of one user as may be, wherever they come from', () => {
    const { come, counts } = crowd({ max: 10, perAddressMax: 10, perUserMax: 2 });
    const leave = come('a', 'sse', 'ann');
    come('b', 'websocket', 'ann');
    expect(codeOf(() => come('c', 'sse', 'ann'))).toBe('user_limit');
    come('c', 'sse', 'bob');
    leave();
    leave();
    come('c', 'sse', 'ann');
    expect(codeOf(() => come(null, 'sse', 'ann'))).toBe('user_limit');
    expect(counts).toMatchObject({ sse: 2, websocket: 1, refused: 2 });
  });

  it('does not count those of an unknown address together', () => {
    const { come, counts } = crowd({ max: 10, perAddressMax: 1 });
    for (let n = 0; n < 5; n++) come(null);
    expect(counts.sse).toBe(5);
  });
});
