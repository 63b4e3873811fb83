import { compareEntryIds, type EntryId } from './entry-id';
import { placeOfShare } from './ruler-scale';
import type { GroupSnapshot, StreamSnapshot } from './snapshot';

/** What the ruler has to know of a group. */
export type RulerGroup = Pick<GroupSnapshot, 'name' | 'last_delivered_id' | 'lag'>;
type RulerStream<Group extends RulerGroup> = Pick<
  StreamSnapshot,
  'length' | 'first_entry' | 'last_entry'
> & { groups: readonly Group[] };

/** A group's cursor on the ruler. Places run from 0, before the first entry, to 1, the head. */
export interface RulerCursor<Group extends RulerGroup = RulerGroup> {
  group: Group;
  at: number;
  /** Where its lag is not known: it stands somewhere between, `at` being a guess by its id's time. */
  range: { from: number; to: number } | null;
}

/** A stream from its first entry to its last, with every group's cursor. */
export interface Ruler<Group extends RulerGroup = RulerGroup> {
  /** Rearmost first. */
  cursors: RulerCursor<Group>[];
  /** No entry: the trim line and the head are one. */
  isEmpty: boolean;
  /** What is left of here was given to every group; null with no group or nothing left to give. */
  unreadFrom: number | null;
  /** What was trimmed before it was read; null where nothing was. */
  lost: RulerLost | null;
}

export interface RulerLost {
  /** The most that one group lost. */
  entries: number;
  groups: string[];
}

/** Behind by less than two looks at Redis and one part in fifty: at the head, as far as one sees. */
const HEAD_AGE_MS = 2000;
const HEAD_SHARE = 0.02;

export function rulerOf<Group extends RulerGroup>(stream: RulerStream<Group>): Ruler<Group> {
  const byId = stream.groups.toSorted(
    (a, b) =>
      compareEntryIds(a.last_delivered_id, b.last_delivered_id) ||
      (b.lag.value ?? 0) - (a.lag.value ?? 0),
  );
  const points = knownPoints(stream, byId);
  // Who was delivered more stands no further back, whatever two figures of two moments say.
  let reached = 0;
  const cursors = byId.map((group): RulerCursor<Group> => {
    const { share, range } = shareLeft(group, stream, points);
    const isAtHead = share === 0 || isJustArrived(group, share);
    reached = Math.max(reached, isAtHead ? 1 : placeOfShare(share));
    const isKnown = range === null || range.from === range.to;
    return {
      group,
      at: reached,
      range: isKnown
        ? null
        : {
            from: Math.min(reached, placeOfShare(range.from)),
            to: Math.max(reached, placeOfShare(range.to)),
          },
    };
  });
  const rearmost = cursors[0]?.at ?? 1;
  return {
    cursors,
    isEmpty: stream.length === 0,
    unreadFrom: stream.length > 0 && rearmost < 1 ? rearmost : null,
    lost: lostOf(stream.groups),
  };
}

function isJustArrived({ lag }: RulerGroup, share: number): boolean {
  return lag.behind_ms !== null && lag.behind_ms < HEAD_AGE_MS && share <= HEAD_SHARE;
}

function lostOf(groups: readonly RulerGroup[]): RulerLost | null {
  const losers = groups.filter(({ lag }) => (lag.lost ?? 0) > 0);
  if (losers.length === 0) return null;
  return {
    entries: Math.max(...losers.map(({ lag }) => lag.lost ?? 0)),
    groups: losers.map(({ name }) => name),
  };
}

/** An id of which it is known what share of the stream comes after it. */
interface Point {
  id: EntryId;
  share: number;
}

/** Ids in order, with what comes after each: the first entry, the cursors that are known, the last. */
function knownPoints(stream: RulerStream<RulerGroup>, byId: readonly RulerGroup[]): Point[] {
  const { length, first_entry: first, last_entry: last } = stream;
  if (length === 0 || first === null || last === null) return [];
  const points: Point[] = [{ id: first, share: (length - 1) / length }];
  for (const { last_delivered_id: id, lag } of byId) {
    const isKnown = lag.value !== null && (lag.quality === 'exact' || lag.quality === 'counted');
    if (!isKnown || compareEntryIds(id, first) <= 0 || compareEntryIds(id, last) >= 0) continue;
    const before = points.at(-1)?.share ?? 1;
    points.push({ id, share: Math.min(before, (lag.value ?? 0) / length) });
  }
  points.push({ id: last, share: 0 });
  return points;
}

/** What share of the stream a group has left, and between which bounds where that is a guess. */
function shareLeft(
  { last_delivered_id: id, lag }: RulerGroup,
  { length }: RulerStream<RulerGroup>,
  points: readonly Point[],
): { share: number; range: { from: number; to: number } | null } {
  const known = (share: number) => ({ share, range: null });
  if (length === 0) return known(0);
  const least = (lag.value ?? 0) / length;
  if (lag.value !== null && lag.quality !== 'at_least') return known(Math.min(1, least));
  if (points.length === 0) return { share: 1, range: { from: 1, to: 0 } };
  const after = points.findIndex((point) => compareEntryIds(point.id, id) >= 0);
  const next = points[after];
  if (next === undefined) return known(0);
  if (next.id === id) return known(next.share);
  const previous = points[after - 1];
  if (previous === undefined) return known(1);
  // The last entry is still to come.
  const to = Math.max(least, next.share, 1 / length);
  const from = Math.max(to, previous.share);
  const done = partOfWay(previous.id, id, next.id);
  const guess = previous.share + (next.share - previous.share) * done;
  return { share: Math.min(from, Math.max(to, guess)), range: { from, to } };
}

const PARTS = 1_000_000n;

/** How far `id` lies from one id to another, 0 to 1, by time and within a millisecond by number. */
function partOfWay(from: EntryId, id: EntryId, to: EntryId): number {
  const start = idNumber(from);
  const way = idNumber(to) - start;
  return way <= 0n ? 1 : Number(((idNumber(id) - start) * PARTS) / way) / Number(PARTS);
}

function idNumber(id: EntryId): bigint {
  const dash = id.indexOf('-');
  return (BigInt(id.slice(0, dash)) << 64n) + BigInt(id.slice(dash + 1));
}
