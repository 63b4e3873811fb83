import { compareEntryIds, type EntryId } from './entry-id';
import type { KnownJobState } from './job';
import type { JobEvent } from './job-event';

/** What was told last, and by which event. */
interface Told<T> {
  id: EntryId;
  value: T;
}

/**
 * What the events of one job tell together, in whatever order they are read: the past is read from
 * its end while new ones come. Each event is to be added once.
 */
export class JobRecord {
  events = 0;
  taskFailures = 0;
  firstId: EntryId | null = null;
  last: Told<string> | null = null;
  state: Told<KnownJobState> | null = null;
  chunksProcessed: Told<number> | null = null;
  chunksTotal: Told<number> | null = null;
  failure: Told<string | null> | null = null;
  taskError: Told<string> | null = null;
  queuedId: EntryId | null = null;
  startedId: EntryId | null = null;

  add({ id, type, state, chunksProcessed, chunksTotal, error }: JobEvent): void {
    this.events++;
    this.firstId = earlier(this.firstId, id);
    this.last = later(this.last, id, type);
    if (state !== null) this.state = later(this.state, id, state);
    if (chunksProcessed !== null) {
      this.chunksProcessed = later(this.chunksProcessed, id, chunksProcessed);
    }
    if (chunksTotal !== null) this.chunksTotal = later(this.chunksTotal, id, chunksTotal);
    if (state === 'queued') this.queuedId = earlier(this.queuedId, id);
    if (state === 'processing') this.startedId = earlier(this.startedId, id);
    if (state === 'failed') this.failure = later(this.failure, id, error);
    else if (type.endsWith('_failed')) {
      this.taskFailures++;
      if (error !== null) this.taskError = later(this.taskError, id, error);
    }
  }
}

function earlier(known: EntryId | null, id: EntryId): EntryId {
  return known === null || compareEntryIds(id, known) < 0 ? id : known;
}

function later<T>(told: Told<T> | null, id: EntryId, value: T): Told<T> {
  return told === null || compareEntryIds(id, told.id) > 0 ? { id, value } : told;
}
