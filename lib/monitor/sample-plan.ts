/** Every stream is sampled at most this often, milliseconds, where the budget allows. */
export const SAMPLE_EVERY_MS = 1_000;
/** What is read less often of streams nobody looks at: memory, oldest pending, idle. */
const DETAILED_EVERY_MS = 5_000;
/** Streams nobody looks at have their turn once while those that are looked at have so many. */
const UNIMPORTANT_WEIGHT = 5;
/** One stream takes at most this part of the budget: one with 50 MB entries is sampled seldom. */
const STREAM_SHARE = 1 / 4;
const STREAM_INTERVAL_MAX_MS = 60_000;
/** What a stream is taken for before it was sampled, and an entry that is walked over, microseconds. */
const STREAM_US_ASSUMED = 150;
const ENTRY_US_ASSUMED = 4;
/** Counting begins at this many entries a stream, however little there is to spend. */
const FIRST_STEP_MIN = 20;
const FIRST_STEP_MAX = 1_000;
/** What may be saved up, and overdrawn, in seconds of the budget; and what there is at the start. */
const SAVED_MAX_S = 1;
const OVERDRAWN_MAX_S = 2;
const AT_START_S = 5;
/** A sample that takes longer is taken as a sign that Redis has enough to do, milliseconds. */
const SLOW_MS = 1_000;
const SLOWED_MAX = 4;

export interface PlannedStream {
  name: string;
  detailed: boolean;
}

/** What one sample may do. */
export interface Plan {
  streams: PlannedStream[];
  /** Entries that may be walked over in counting: a stream in its first step, and after that in all. */
  firstStep: number;
  allowance: { entries: number };
}

interface Known {
  sampledAtMs: number;
  detailedAtMs: number;
  /** Of the last sample, and the smaller one of the last two: one that was held up proves nothing. */
  lastUs: number;
  costUs: number;
}

/**
 * Decides what is sampled when, so that Redis spends no more on it than the budget: pure, the times
 * and costs are told to it.
 */
export class SamplePlan {
  readonly #known = new Map<string, Known>();
  #savedUs: number;
  #savedAtMs: number | null = null;
  #slowedBy = 1;
  #tookMs = 0;
  #waiting = 0;
  #seldom = 0;
  #names = 0;

  constructor(readonly budgetUsPerSecond: number) {
    this.#savedUs = budgetUsPerSecond * AT_START_S;
  }

  /** Times the pause between samples is as long as it would be. */
  get slowedBy(): number {
    return this.#slowedBy;
  }

  /** Why less is sampled than would be; null where nothing is left out. */
  get reason(): string | null {
    if (this.#slowedBy > 1) return `a sample took ${Math.round(this.#tookMs)} ms: Redis is slow`;
    const percent = this.budgetUsPerSecond / 10_000;
    if (this.#waiting > 0) {
      return `${this.#waiting} of ${this.#names} streams wait their turn within ${percent} % of one core`;
    }
    return this.#seldom > 0
      ? `${this.#seldom} of ${this.#names} streams cost much and are sampled seldom`
      : null;
  }

  /** Chooses among streams in the order they matter. `isImportant`: configured, or looked at. */
  next(names: readonly string[], isImportant: (name: string) => boolean, nowMs: number): Plan {
    this.#save(nowMs);
    this.#forgetOthers(names);
    this.#seldom = 0;
    const due = names
      .map((name) => ({ name, important: isImportant(name), ageMs: this.#ageMs(name, nowMs) }))
      .filter(({ name, ageMs }) => ageMs >= this.#intervalMs(name))
      .map((one) => ({ ...one, turn: one.ageMs / (one.important ? 1 : UNIMPORTANT_WEIGHT) }))
      .sort((a, b) => compareTurns(a, b));
    const streams: PlannedStream[] = [];
    let leftUs = this.#savedUs;
    for (const { name, important } of due) {
      leftUs -= this.#known.get(name)?.costUs ?? STREAM_US_ASSUMED;
      // One at least, unless the last ones overdrew: else a stream that costs much never had a turn.
      if (leftUs < 0 && (streams.length > 0 || this.#savedUs <= 0)) break;
      const detailedAtMs = this.#known.get(name)?.detailedAtMs ?? Number.NEGATIVE_INFINITY;
      streams.push({ name, detailed: important || nowMs - detailedAtMs >= DETAILED_EVERY_MS });
    }
    this.#waiting = due.length - streams.length;
    this.#names = names.length;
    const entries = Math.floor(Math.max(0, leftUs) / ENTRY_US_ASSUMED);
    const share = Math.floor(entries / Math.max(1, streams.length));
    const firstStep = Math.min(FIRST_STEP_MAX, Math.max(FIRST_STEP_MIN, share));
    return { streams, firstStep, allowance: { entries } };
  }

  /** One stream was sampled. */
  sampled({ name, detailed }: PlannedStream, costUs: number, nowMs: number): void {
    const before = this.#known.get(name);
    this.#known.set(name, {
      sampledAtMs: nowMs,
      detailedAtMs: detailed ? nowMs : (before?.detailedAtMs ?? nowMs),
      lastUs: costUs,
      costUs: Math.min(costUs, before?.lastUs ?? costUs),
    });
    this.spend(costUs);
  }

  /** A whole sample took so long to be answered. */
  took(milliseconds: number): void {
    const isSlow = milliseconds > SLOW_MS;
    // One alone may be chance.
    if (!isSlow) this.#slowedBy = Math.max(1, this.#slowedBy / 2);
    else if (this.#tookMs > SLOW_MS) this.#slowedBy = Math.min(SLOWED_MAX, this.#slowedBy * 2);
    this.#tookMs = milliseconds;
  }

  /** What was asked for beside the plan counts as well. */
  spend(costUs: number): void {
    const least = -this.budgetUsPerSecond * OVERDRAWN_MAX_S;
    this.#savedUs = Math.max(least, this.#savedUs - costUs);
  }

  #save(nowMs: number): void {
    const seconds = this.#savedAtMs === null ? 0 : Math.max(0, nowMs - this.#savedAtMs) / 1_000;
    this.#savedAtMs = nowMs;
    const most = Math.max(this.#savedUs, this.budgetUsPerSecond * SAVED_MAX_S);
    this.#savedUs = Math.min(most, this.#savedUs + seconds * this.budgetUsPerSecond);
  }

  #ageMs(name: string, nowMs: number): number {
    return nowMs - (this.#known.get(name)?.sampledAtMs ?? Number.NEGATIVE_INFINITY);
  }

  /** A timer may fire a little early. */
  #intervalMs(name: string): number {
    const costUs = this.#known.get(name)?.costUs ?? 0;
    const affordableMs = (costUs / (this.budgetUsPerSecond * STREAM_SHARE)) * 1_000;
    const everyMs = SAMPLE_EVERY_MS * 0.95;
    if (affordableMs > everyMs) this.#seldom++;
    return Math.min(STREAM_INTERVAL_MAX_MS, Math.max(everyMs, affordableMs));
  }

  #forgetOthers(names: readonly string[]): void {
    if (this.#known.size <= names.length) return;
    const kept = new Set(names);
    for (const name of this.#known.keys()) if (!kept.has(name)) this.#known.delete(name);
  }
}

interface Turn {
  important: boolean;
  turn: number;
}

function compareTurns(a: Turn, b: Turn): number {
  if (a.turn !== b.turn) return b.turn - a.turn;
  return Number(b.important) - Number(a.important);
}
