/** One resolution of the history: a point a step, kept for a while, stored in chunks. */
export interface HistoryTier {
  name: '1s' | '10s' | '1m';
  stepMs: number;
  keptMs: number;
  /** One stored value holds this much time. */
  chunkMs: number;
  /** A point's place in its chunk is counted in these, so that it fits 16 bits. */
  unitMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Finest first. */
export const HISTORY_TIERS: readonly HistoryTier[] = [
  { name: '1s', stepMs: SECOND_MS, keptMs: 15 * MINUTE_MS, chunkMs: 5 * MINUTE_MS, unitMs: 10 },
  { name: '10s', stepMs: 10 * SECOND_MS, keptMs: 6 * HOUR_MS, chunkMs: HOUR_MS, unitMs: 100 },
  {
    name: '1m',
    stepMs: MINUTE_MS,
    keptMs: 7 * 24 * HOUR_MS,
    chunkMs: 12 * HOUR_MS,
    unitMs: SECOND_MS,
  },
];

/** The finest tier that reaches back to `fromMs`, with a step of grace; the coarsest where none does. */
export function tierFor(fromMs: number, nowMs: number): HistoryTier {
  const [first, ...coarser] = HISTORY_TIERS;
  if (!first) throw new Error('There is always a tier.');
  return [first, ...coarser].reduce((chosen, tier) =>
    nowMs - fromMs <= chosen.keptMs + chosen.stepMs ? chosen : tier,
  );
}

/** The start of the step, chunk or slot of `sizeMs` that a moment lies in. */
export function floorTo(atMs: number, sizeMs: number): number {
  return Math.floor(atMs / sizeMs) * sizeMs;
}

/** Starts of the chunks that hold the time from `fromMs` to `toMs`, oldest first. */
export function chunkStarts(tier: HistoryTier, fromMs: number, toMs: number): number[] {
  const first = floorTo(fromMs, tier.chunkMs);
  const count = Math.floor((toMs - first) / tier.chunkMs) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => first + at * tier.chunkMs);
}

/** How long a chunk begun now must live so that its newest point is kept long enough. */
export function chunkLifeMs(tier: HistoryTier): number {
  return tier.keptMs + tier.chunkMs;
}
