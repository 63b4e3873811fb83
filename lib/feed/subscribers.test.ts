import { describe, expect, it } from 'vitest';
import { hasErrorCode } from '@/lib/model/errors';
import { Subscribers } from './subscribers';

const codeOf = (act: () => void) => {
  try {
    act();
    return null;
  } catch (error) {
    return hasErrorCode(error, 'subscriber_limit', 'address_limit') ? error.code : error;
  }
};

function crowd(limits: { max: number; perAddressMax: number }) {
  const subscribers = new Subscribers(limits);
  return {
    counts: subscribers.counts,
    come(address: string | null, transport: 'sse' | 'websocket' = 'sse') {
      return subscribers.admit(transport, address);
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

  it('does not count those of an unknown address together', () => {
    const { come, counts } = crowd({ max: 10, perAddressMax: 1 });
    for (let n = 0; n < 5; n++) come(null);
    expect(counts.sse).toBe(5);
  });
});
