import { describe, expect, it } from 'vitest';
import { findHighestRate } from './highest-rate.mjs';

/** @param {number} limit */
function search(limit, start = 100) {
  return findHighestRate({
    start,
    min: 10,
    max: 20_000,
    precision: 1.1,
    holds: async (rate) => rate <= limit,
  });
}

describe('findHighestRate', () => {
  it.each([10, 37, 100, 5_300, 19_999])('comes within its precision of %i', async (limit) => {
    const found = await search(limit);
    expect(found).toBeLessThanOrEqual(limit);
    expect(found * 1.1).toBeGreaterThanOrEqual(limit);
  });

  it('finds the same from above', async () => {
    const found = await search(300, 12_000);
    expect(found).toBeLessThanOrEqual(300);
    expect(found * 1.1).toBeGreaterThanOrEqual(300);
  });

  it('goes on in smaller steps from where it stood before', async () => {
    /** @type {number[]} */
    const tried = [];
    const holds = async (/** @type {number} */ rate) => {
      tried.push(rate);
      return rate <= 500;
    };
    const search = { start: 480, min: 10, max: 20_000, growth: 1.25, precision: 1.1, holds };
    expect(await findHighestRate(search)).toBe(480);
    expect(Math.max(...tried)).toBe(600);
  });

  it('says 0 where nothing holds, and the maximum where everything does', async () => {
    expect(await search(1)).toBe(0);
    expect(await search(1e9)).toBe(20_000);
  });

  it('believes a failure only when it comes twice', async () => {
    let tries = 0;
    const holds = async (/** @type {number} */ rate) => rate <= 400 && tries++ !== 0;
    const found = await findHighestRate({ start: 100, min: 10, max: 1e6, precision: 1.1, holds });
    expect(found * 1.1).toBeGreaterThanOrEqual(400);
  });
});
