import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import { addedUpToCursor, type LagFacts } from '@/lib/model/lag';
import type { InfoRequest, KnownPosition, StreamMark } from '@/lib/redis/sample-request';
import type { GroupInfo, StreamInfo } from '@/lib/redis/stream-info';

/** Where the first and last entry are smaller than this, reading them again costs nothing. */
const LARGE_EDGE_BYTES = 16 * 1024;
/** What rests on the stream being the same one as before is found anew after this time. */
const TRUSTED_MS = 300_000;
/** A stream whose lags were not counted in one go is read by itself for this time. */
const ALONE_MS = 60_000;

/** A count that was begun: to be gone on with while nothing was removed. */
export interface PartialCount {
  counted: number;
  lastId: EntryId;
}

/** What was learned of one stream and saves asking, or counting, again. */
export class StreamMemory {
  #position: KnownPosition | null = null;
  #edgeBytes = 0;
  #radixTree: StreamInfo['radixTree'] = null;
  #marks: StreamMark[] = [];
  #partials = new Map<EntryId, PartialCount>();
  #addedUpTo = new Map<EntryId, number>();
  #cursors: EntryId[] = [];
  #trustedUntilMs = 0;
  #isCounted = true;
  #aloneUntilMs = 0;
  #memoryBytes: number | null = null;
  #groups = new Map<string, Pick<GroupInfo, 'oldestPending' | 'idleMs'>>();

  /** What to ask of the stream next. */
  request(
    { detailed, countMax }: Pick<InfoRequest, 'detailed' | 'countMax'>,
    nowMs: number,
  ): InfoRequest {
    if (nowMs >= this.#trustedUntilMs) {
      this.#marks = [];
      this.#trustedUntilMs = nowMs + TRUSTED_MS;
      this.#edgeBytes = 0;
    }
    if (!this.#isCounted) this.#aloneUntilMs = nowMs + ALONE_MS;
    this.#isCounted = true;
    const position = this.#position;
    const isLarge = this.#edgeBytes >= LARGE_EDGE_BYTES;
    return {
      detailed,
      countMax,
      meanBytes: this.meanBytes,
      known: isLarge ? position : null,
      beside: this.meanBytes !== null && !isLarge && nowMs >= this.#aloneUntilMs,
      marks: { removed: position === null ? 0 : removedFrom(position), list: this.#marks },
    };
  }

  /** An entry's mean size, bytes; null where not known. */
  get meanBytes(): number | null {
    const { length = 0 } = this.#position ?? {};
    return this.#memoryBytes === null ? null : this.#memoryBytes / Math.max(1, length);
  }

  /** Takes what was read, and completes it with what is read less often. */
  complete(info: StreamInfo, detailed: boolean): StreamInfo {
    if (this.#position !== null && isAnother(this.#position, info)) this.#forget();
    const isUntouched =
      this.#position !== null && removedFrom(this.#position) === removedFrom(info);
    // Redis 6.2 does not tell whether anything was removed.
    if (!isUntouched || info.entriesAdded === null) this.#partials.clear();
    this.#isCounted = info.groups.every(({ behind }) => behind?.complete !== false);
    if (info.edgeBytes !== null) {
      this.#edgeBytes = info.edgeBytes;
      this.#radixTree = info.radixTree;
    }
    this.#position = info;
    this.#cursors = info.groups.map(({ lastDeliveredId }) => lastDeliveredId);
    if (detailed) {
      this.#memoryBytes = info.memoryBytes;
      this.#groups = new Map(info.groups.map((group) => [group.name, group]));
      return { ...info, radixTree: this.#radixTree };
    }
    return {
      ...info,
      memoryBytes: this.#memoryBytes,
      radixTree: this.#radixTree,
      groups: info.groups.map((group) => ({
        ...group,
        oldestPending:
          group.pending === 0 ? null : (this.#groups.get(group.name)?.oldestPending ?? null),
        idleMs: this.#groups.get(group.name)?.idleMs ?? null,
      })),
    };
  }

  /** A count from this cursor that was not finished last time. */
  partial(cursor: EntryId): PartialCount | undefined {
    return this.#partials.get(cursor);
  }

  keepPartial(cursor: EntryId, count: PartialCount): void {
    this.#partials.set(cursor, count);
  }

  /** Entries ever added up to this cursor; null where that could not be known in time. */
  addedUpTo(cursor: EntryId): number | null {
    return this.#addedUpTo.get(cursor) ?? null;
  }

  /**
   * Keeps what the lags tell: each is the place of a cursor among all entries. `ofOneMoment` says
   * that it was counted in the same moment as the facts were read.
   */
  learn(
    groups: readonly {
      facts: LagFacts;
      lag: number;
      nextId: EntryId | null;
      ofOneMoment: boolean;
    }[],
  ) {
    const marks = new Map<EntryId, StreamMark>();
    const addedUpTo = new Map<EntryId, number>();
    for (const { facts, lag, nextId, ofOneMoment } of groups) {
      const id = facts.lastDeliveredId;
      const known = (ofOneMoment ? addedUpToCursor(facts, lag) : null) ?? this.addedUpTo(id);
      if (known !== null) addedUpTo.set(id, known);
      if (facts.entriesAdded !== null && isWithin(id, facts)) {
        marks.set(id, { id, addedUpTo: facts.entriesAdded - lag, nextId });
      }
    }
    this.#marks = [...marks.values()];
    this.#addedUpTo = addedUpTo;
    const cursors = new Set(this.#cursors);
    for (const id of this.#partials.keys()) {
      if (marks.has(id) || !cursors.has(id)) this.#partials.delete(id);
    }
  }

  #forget(): void {
    this.#marks = [];
    this.#partials.clear();
    this.#addedUpTo.clear();
  }
}

/** Not before the first entry, nor past the last id: entries may still come below such a cursor. */
function isWithin(id: EntryId, { firstId, lastGeneratedId }: LagFacts): boolean {
  if (compareEntryIds(id, lastGeneratedId) > 0) return false;
  return id === lastGeneratedId || (firstId !== null && compareEntryIds(id, firstId) >= 0);
}

function removedFrom({ entriesAdded, length }: KnownPosition): number {
  return (entriesAdded ?? length) - length;
}

/** Whether the key now holds another stream: nothing of this goes back while it is the same. */
function isAnother(before: KnownPosition, now: KnownPosition): boolean {
  const removed = removedFrom(now) - removedFrom(before);
  return (
    (now.entriesAdded ?? 0) < (before.entriesAdded ?? 0) ||
    removed < 0 ||
    compareEntryIds(now.lastGeneratedId, before.lastGeneratedId) < 0 ||
    compareEntryIds(now.maxDeletedId ?? '0-0', before.maxDeletedId ?? '0-0') < 0 ||
    (removed === 0 && before.firstId !== null && now.firstId !== before.firstId)
  );
}
