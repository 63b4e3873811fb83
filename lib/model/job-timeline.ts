import type { WireEntry } from './entry';
import { type EntryId, entryIdTimeMs } from './entry-id';
import { asCount } from './job-event';
import { entriesToTailRows, type TailEntryRow } from './tail-row';

/** One event of a job's timeline. */
export interface TimelineStep {
  id: EntryId;
  row: TailEntryRow;
  /** Since the event before it, milliseconds; null for the first. */
  sinceMs: number | null;
  /** How far the job was by this event; null where it does not tell. */
  chunksProcessed: number | null;
  chunksTotal: number | null;
}

const COUNT_NAMES = ['chunks_processed', 'chunks_total'];

/** The events of one job, oldest first, as steps. */
export function timelineOf(events: readonly WireEntry[]): TimelineStep[] {
  const rows = entriesToTailRows(events, []).filter((row) => row.kind === 'entry');
  return rows.map((row, at) => {
    const before = rows[at - 1];
    const count = (name: string) => asCount(row.parts.find(([part]) => part === name)?.[1]);
    const chunksProcessed = count('chunks_processed');
    return {
      id: row.id,
      // Where they are shown as progress they need not be told again.
      row:
        chunksProcessed === null
          ? row
          : { ...row, parts: row.parts.filter(([name]) => !COUNT_NAMES.includes(name)) },
      sinceMs: before ? Math.max(0, entryIdTimeMs(row.id) - entryIdTimeMs(before.id)) : null,
      chunksProcessed,
      chunksTotal: count('chunks_total'),
    };
  });
}

/** Whether what was written first of a job is among its events: it begins with being queued. */
export function beginsWithQueued(steps: readonly TimelineStep[]): boolean {
  return steps[0]?.row.type?.endsWith('.queued') ?? false;
}
