import type { SamplerCost } from '@/lib/model/snapshot';

/** Costs are told over this window, milliseconds. */
const WINDOW_MS = 10_000;

interface Spent {
  atMs: number;
  commands: number;
  redisUs: number;
}

/** What the sampling asked of Redis lately. */
export class SamplingCost {
  readonly #spent: Spent[] = [];
  #sinceMs: number | null = null;

  note(commands: number, redisUs: number, nowMs: number): void {
    this.#sinceMs ??= nowMs;
    const last = this.#spent.at(-1);
    if (last?.atMs === nowMs) {
      last.commands += commands;
      last.redisUs += redisUs;
    } else {
      this.#spent.push({ atMs: nowMs, commands, redisUs });
    }
    while (this.#spent[0] && this.#spent[0].atMs <= nowMs - WINDOW_MS) this.#spent.shift();
  }

  /** A second; null before anything was asked. */
  perSecond(
    nowMs: number,
  ): Pick<SamplerCost, 'commands_per_second' | 'redis_us_per_second'> | null {
    if (this.#sinceMs === null) return null;
    const within = this.#spent.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    // The first second counts as a whole one: a start is no rate.
    const seconds = Math.max(1_000, Math.min(WINDOW_MS, nowMs - this.#sinceMs)) / 1_000;
    const sum = (of: (spent: Spent) => number) =>
      within.reduce((total, spent) => total + of(spent), 0);
    return {
      commands_per_second: Math.round((sum(({ commands }) => commands) / seconds) * 10) / 10,
      redis_us_per_second: Math.round(sum(({ redisUs }) => redisUs) / seconds),
    };
  }
}
