/** Random choices that a seed repeats. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** The seed of `FEED_SEED`, to repeat a run that failed, or a new one. */
  static fromEnvironment(): Random {
    return new Random(Number(process.env.FEED_SEED ?? Math.floor(Math.random() * 2 ** 32)));
  }

  /** From 0 up to 1. Source: mulberry32, public domain. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both of them among those. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  /** Other choices than these, which the same seed repeats as well. */
  fork(): Random {
    return new Random(this.integer(0, 2 ** 32 - 1));
  }
}
