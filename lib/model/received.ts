import type { Entry } from './entry';
import type { EntryId } from './entry-id';
import { fieldText, fieldValue } from './event';
import { type DecodedPayload, decodePayload } from './payload';

/** An entry of the task stream. What it holds is untrusted: absent or binary fields are null. */
export interface ReceivedTask {
  id: EntryId;
  entry: Entry;
  jobId: string | null;
  chunkId: string | null;
  content: Uint8Array | null;
  sourceUri: string | null;
  sourceType: string | null;
  metadata: DecodedPayload | null;
  retryCount: number | null;
  timestamp: string | null;
}

/** An entry of the event stream, as untrusted as a task. */
export interface ReceivedEvent {
  id: EntryId;
  entry: Entry;
  eventId: string | null;
  type: string | null;
  timestamp: string | null;
  jobId: string | null;
  data: DecodedPayload | null;
  metadata: DecodedPayload | null;
}

export function toReceivedTask(entry: Entry): ReceivedTask {
  const retryCount = Number(fieldText(entry, 'retry_count') ?? Number.NaN);
  return {
    id: entry.id,
    entry,
    jobId: fieldText(entry, 'job_id'),
    chunkId: fieldText(entry, 'chunk_id'),
    content: fieldValue(entry, 'content'),
    sourceUri: fieldText(entry, 'source_uri'),
    sourceType: fieldText(entry, 'source_type'),
    metadata: fieldPayload(entry, 'metadata'),
    retryCount: Number.isSafeInteger(retryCount) ? retryCount : null,
    timestamp: fieldText(entry, 'timestamp'),
  };
}

export function toReceivedEvent(entry: Entry): ReceivedEvent {
  return {
    id: entry.id,
    entry,
    eventId: fieldText(entry, 'event_id'),
    type: fieldText(entry, 'type'),
    timestamp: fieldText(entry, 'timestamp'),
    jobId: fieldText(entry, 'job_id'),
    data: fieldPayload(entry, 'data'),
    metadata: fieldPayload(entry, 'metadata'),
  };
}

function fieldPayload(entry: Entry, name: string): DecodedPayload | null {
  const value = fieldValue(entry, name);
  return value === null ? null : decodePayload(value);
}
