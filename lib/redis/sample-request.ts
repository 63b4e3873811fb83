import type { EntryId } from '@/lib/model/entry-id';
import type { CommandArgument } from './connect';

/** Where a stream stands. Null is what the server does not keep, or an empty stream does not have. */
export interface KnownPosition {
  length: number;
  firstId: EntryId | null;
  lastId: EntryId | null;
  lastGeneratedId: EntryId;
  entriesAdded: number | null;
  maxDeletedId: EntryId | null;
}

/** An entry id and how many entries, of those that still count, were added up to it. */
export interface StreamMark {
  id: EntryId;
  addedUpTo: number;
  /** The entry behind it; null where unknown. */
  nextId: EntryId | null;
}

/** What to read of a stream, and what is known of it. */
export interface InfoRequest {
  /** Whether to read memory, oldest pending and least idle, too. */
  detailed: boolean;
  /** The most to walk over in counting. */
  countMax: { entries: number; bytes: number };
  /** Mean size of an entry; null where not known yet. */
  meanBytes: number | null;
  /** Where the stream stood: not read again while nothing changed. */
  known: KnownPosition | null;
  /** Whether it may be read beside others, with a part of the room for counting. */
  beside: boolean;
  /** Places counted before, and how many entries had been removed then. */
  marks: { removed: number; list: readonly StreamMark[] };
}

export const EVERYTHING: InfoRequest = {
  detailed: true,
  countMax: { entries: 0, bytes: 0 },
  meanBytes: null,
  known: null,
  beside: false,
  marks: { removed: 0, list: [] },
};

/** A group with more consumers than this is not looked through for the least idle one. */
export const CONSUMERS_LOOKED_THROUGH_MAX = 256;

/** What SAMPLE_STREAMS is given for requests that are alike in `detailed`. */
export function scriptArguments(requests: readonly InfoRequest[]): CommandArgument[] {
  const detailed = requests.some((request) => request.detailed);
  return [
    detailed ? CONSUMERS_LOOKED_THROUGH_MAX : -1,
    ...requests.flatMap((request) => {
      const args = streamArguments(request);
      return [args.length, ...args];
    }),
  ];
}

function streamArguments({ countMax, meanBytes, known, marks }: InfoRequest): CommandArgument[] {
  return [
    countMax.entries,
    countMax.bytes,
    meanBytes ?? 0,
    ...(known === null ? [''] : knownArguments(known)),
    marks.removed,
    ...marks.list.flatMap(({ id, addedUpTo, nextId }) => [id, addedUpTo, nextId ?? '']),
  ];
}

function knownArguments(known: KnownPosition): CommandArgument[] {
  const { length, firstId, lastId, lastGeneratedId, entriesAdded, maxDeletedId } = known;
  return [
    length,
    firstId ?? '',
    lastId ?? '',
    lastGeneratedId,
    entriesAdded ?? '',
    maxDeletedId ?? '',
  ];
}
