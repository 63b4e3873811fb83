import { HISTORY_TIERS } from '@/lib/model/history-tiers';
import type { HistoryStep } from './history-recorder';

/** What was written last may lie this far ahead of the clock; else the clock was set back. */
const CLOCK_AHEAD_MAX_MS = 60_000;

/** Starts of the steps written last, by tier, seconds. */
function readWritten(written: string): number[] {
  return /^\d{1,12}( \d{1,12}){2}$/.test(written) ? written.split(' ').map(Number) : [0, 0, 0];
}

/** The steps that were not written yet; what lies far ahead means that the clock was set back. */
export function newerThan(
  written: string,
  steps: readonly HistoryStep[],
  nowMs: number,
): HistoryStep[] {
  const last = readWritten(written).map((seconds) =>
    seconds * 1_000 > nowMs + CLOCK_AHEAD_MAX_MS ? 0 : seconds * 1_000,
  );
  return steps.filter(({ tier, startMs }) => startMs > (last[HISTORY_TIERS.indexOf(tier)] ?? 0));
}

/** What was written last once these steps are. */
export function writtenWith(written: string, steps: readonly HistoryStep[]): string {
  const last = readWritten(written);
  for (const { tier, startMs } of steps) last[HISTORY_TIERS.indexOf(tier)] = startMs / 1_000;
  return last.join(' ');
}
