import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const WINDOW_MS = 30_000;
const QUANTILES = [0.5, 0.9, 0.99, 1] as const;

/** How late the event loop ran its timers, seconds. */
export interface LoopDelay {
  /** Of the last whole window of 30 s; of the running one until there is one. */
  quantiles: readonly { quantile: number; seconds: number }[];
  /** Of all measurements since the start. */
  sum: number;
  count: number;
}

/**
 * Measures how late the event loop runs. The quantiles are of a window that ends by itself, not at
 * a scrape: several may scrape, and each is to see the same.
 */
export class EventLoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #timer: NodeJS.Timeout | undefined;
  #window: LoopDelay['quantiles'] | null = null;
  #sum = 0;
  #count = 0;

  start(): void {
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#turn(), WINDOW_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  /** Null before the first measurement. */
  read(): LoopDelay | null {
    const { count, sum } = this.#running();
    if (this.#count + count === 0) return null;
    return {
      quantiles: this.#window ?? this.#quantiles(),
      sum: this.#sum + sum,
      count: this.#count + count,
    };
  }

  #turn(): void {
    const { count, sum } = this.#running();
    if (count === 0) return;
    this.#window = this.#quantiles();
    this.#sum += sum;
    this.#count += count;
    this.#histogram.reset();
  }

  #running(): { count: number; sum: number } {
    const { count, mean } = this.#histogram;
    return count === 0 ? { count, sum: 0 } : { count, sum: count * delaySeconds(mean) };
  }

  #quantiles(): LoopDelay['quantiles'] {
    return QUANTILES.map((quantile) => ({
      quantile,
      seconds: delaySeconds(this.#histogram.percentile(quantile * 100)),
    }));
  }
}

/** Node measures from one timer to the next: what was waited for on purpose is no delay. */
function delaySeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3);
}
