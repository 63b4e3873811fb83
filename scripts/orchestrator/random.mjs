/**
 * Randomness that a seed repeats (mulberry32).
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;

  /** @returns {number} from 0 up to, not including, 1 */
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * @param {number} low
   * @param {number} high included
   */
  const integer = (low, high) => low + Math.floor(next() * (high - low + 1));

  /** @param {number} digits */
  const hex = (digits) =>
    Array.from({ length: digits }, () => integer(0, 15).toString(16)).join('');

  return {
    next,
    integer,
    hex,
    /** @param {number} probability */
    chance: (probability) => next() < probability,
    /**
     * @template T
     * @param {readonly [T, ...T[]]} list
     * @returns {T}
     */
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    /** A version 4 UUID. */
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${integer(8, 11).toString(16)}${hex(3)}-${hex(12)}`,
  };
}

/** @typedef {ReturnType<typeof createRandom>} Random */
