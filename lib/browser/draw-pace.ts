/** About as many rows as a screen holds. */
const SCREEN_ROWS = 30;
/** A draw that took no longer than this is one frame among the others. */
const FRAME_MS = 17;
/** A rest is this many times as long as the draw before it: the page stays quick for its reader. */
const REST_TIMES = 8;
const REST_MS_MAX = 500;
/** How long messages are counted to say how many come a second. */
const RATE_WINDOW_MS = 250;

export interface DrawWorld {
  /** Milliseconds, from any moment on. */
  now: () => number;
  /** Runs once the frame that is being made is on screen. */
  afterFrame: (run: () => void) => void;
}

const browserWorld: DrawWorld = {
  now: () => performance.now(),
  // What follows a frame's callbacks is its paint; the next task comes behind that.
  afterFrame: (run) => void setTimeout(run, 0),
};

/**
 * When a busy tail is drawn: once a frame, unless more than a screen of rows comes while one is
 * drawn. Nobody reads those: the tail then rests after each draw, and turns pages.
 */
export class DrawPace {
  readonly #world: DrawWorld;
  #restUntilMs = 0;
  #lastTookMs = 0;
  /** Where the counting of messages began, and what it gave the last time. */
  #counted = { sinceMs: 0, arrived: 0 };
  #perMs = 0;

  constructor(world: DrawWorld = browserWorld) {
    this.#world = world;
  }

  /** Asked in the callback of a frame; `arrived` messages have come in all. */
  mayDraw(arrived: number): boolean {
    const nowMs = this.#world.now();
    const countedMs = nowMs - this.#counted.sinceMs;
    if (countedMs >= RATE_WINDOW_MS) {
      this.#perMs = (arrived - this.#counted.arrived) / countedMs;
      this.#counted = { sinceMs: nowMs, arrived };
    }
    return nowMs >= this.#restUntilMs;
  }

  /** A draw begins, in the callback of a frame. */
  begin(): void {
    const startedMs = this.#world.now();
    this.#world.afterFrame(() => {
      const endedMs = this.#world.now();
      // One draw that something else held up says nothing yet.
      const tookMs = Math.min(endedMs - startedMs, this.#lastTookMs);
      this.#lastTookMs = endedMs - startedMs;
      if (tookMs <= FRAME_MS || this.#perMs * tookMs <= SCREEN_ROWS) return;
      this.#restUntilMs = endedMs + Math.min(tookMs * REST_TIMES, REST_MS_MAX);
    });
  }
}
