import { decodeMulti, encode } from '@msgpack/msgpack';
import {
  type GroupPoint,
  HISTORY_GROUPS_MAX,
  type HistoryPoint,
  LAG_QUALITIES,
  type StreamPoint,
} from './history-point';
import { floorTo, type HistoryTier } from './history-tiers';

/**
 * A chunk is a row of MessagePack values: a mark, the heading `[everyMs, group, …]`, then points
 * `[units since the chunk's start, stream | nil, group | nil, …]` in the heading's order. `nil`, or
 * an end left out, is what stood there in the point before. Whoever begins to write, begins with a
 * mark; whoever reads, goes on at the next mark where bytes make no sense.
 */
type Figures = (number | null)[];

/** MessagePack binary whose bytes stand in no UTF-8 text: no group's name looks like it. */
const MARK = Uint8Array.of(0xc4, 0x06, 0xff, 0x53, 0x48, 0x31, 0xff, 0xfe);
const NAME_CHARACTERS_MAX = 4_096;
const DECODE_LIMITS = {
  maxArrayLength: 1 + HISTORY_GROUPS_MAX * 2,
  maxStrLength: 4 * NAME_CHARACTERS_MAX,
  maxBinLength: 64,
  maxMapLength: 0,
  maxExtLength: 0,
};

/** Writes the points of one stream and tier, each only as far as it differs from the one before. */
export class ChunkEncoder {
  #chunkStartMs = -1;
  #heading = '';
  #before: Figures[] = [];

  constructor(private readonly tier: HistoryTier) {}

  /** Begins with a mark again: what was written last may not be there. */
  reset(): void {
    this.#chunkStartMs = -1;
  }

  /** Whether the next point must stand behind exactly what was written last. */
  continues(point: HistoryPoint): boolean {
    return floorTo(point.atMs, this.tier.chunkMs) === this.#chunkStartMs;
  }

  encode(point: HistoryPoint): Uint8Array[] {
    const chunkStartMs = floorTo(point.atMs, this.tier.chunkMs);
    const groups = [...point.groups].filter(([name]) => name.length <= NAME_CHARACTERS_MAX);
    const heading = [point.everyMs, ...groups.map(([name]) => name)];
    const parts: Uint8Array[] = [];
    if (chunkStartMs !== this.#chunkStartMs || JSON.stringify(heading) !== this.#heading) {
      this.#chunkStartMs = chunkStartMs;
      this.#heading = JSON.stringify(heading);
      this.#before = [];
      parts.push(MARK, encode(heading));
    }
    const now = [streamFigures(point.stream), ...groups.map(([, group]) => groupFigures(group))];
    const changed = now.map((figures, at) => (equal(figures, this.#before[at]) ? null : figures));
    while (changed.at(-1) === null) changed.pop();
    this.#before = now;
    const units = Math.round((point.atMs - chunkStartMs) / this.tier.unitMs);
    parts.push(encode([units, ...changed]));
    return parts;
  }
}

/** The points of a chunk, and whether some of its bytes made no sense. Never throws. */
export function decodeChunk(
  bytes: Uint8Array,
  tier: HistoryTier,
  chunkStartMs: number,
): { points: HistoryPoint[]; faulty: boolean } {
  let faulty = false;
  const onFault = () => {
    faulty = true;
  };
  const points = [...pointsInChunk(bytes, tier, chunkStartMs, onFault)];
  return { points, faulty };
}

/** The points of a chunk one by one, so that whoever reads may rest between them. Never throws. */
export function* pointsInChunk(
  bytes: Uint8Array,
  tier: HistoryTier,
  chunkStartMs: number,
  onFault: () => void,
): Generator<HistoryPoint, void, void> {
  const marks = findMarks(bytes);
  if (bytes.length > 0 && marks[0] !== 0) onFault();
  for (const [at, start] of marks.entries()) {
    const part = bytes.subarray(start + MARK.length, marks[at + 1] ?? bytes.length);
    try {
      yield* decodePart(part, tier, chunkStartMs);
    } catch {
      onFault();
    }
  }
}

function findMarks(bytes: Uint8Array): number[] {
  const marks: number[] = [];
  for (let at = bytes.indexOf(0xc4); at >= 0; at = bytes.indexOf(0xc4, at + 1)) {
    if (MARK.every((byte, offset) => bytes[at + offset] === byte)) marks.push(at);
  }
  return marks;
}

function* decodePart(
  bytes: Uint8Array,
  tier: HistoryTier,
  chunkStartMs: number,
): Generator<HistoryPoint, void, void> {
  let heading: { everyMs: number; names: string[] } | null = null;
  let stream: StreamPoint | null = null;
  let groups: (GroupPoint | undefined)[] = [];
  for (const value of decodeMulti(bytes, DECODE_LIMITS)) {
    if (!Array.isArray(value)) throw new SyntaxError('Not a row of figures');
    const [head, ...rest] = value;
    if (heading === null) {
      heading = { everyMs: whole(head), names: rest.map(text) };
      continue;
    }
    const [first, ...others] = rest;
    if (first !== null && first !== undefined) stream = readStream(figures(first));
    groups = heading.names.map((_, at) => {
      const given = others[at];
      return given === null || given === undefined ? groups[at] : readGroup(figures(given));
    });
    if (stream === null || others.length > heading.names.length) {
      throw new SyntaxError('A point without a beginning');
    }
    const offsetMs = whole(head) * tier.unitMs;
    if (offsetMs > tier.chunkMs) throw new SyntaxError('A point of another chunk');
    const named = heading.names.flatMap((name, at) => {
      const group = groups[at];
      return group ? [[name, group] as const] : [];
    });
    yield {
      atMs: chunkStartMs + offsetMs,
      everyMs: heading.everyMs,
      stream,
      groups: new Map(named),
    };
  }
}

function streamFigures(point: StreamPoint): Figures {
  const { length, lengthMin, lengthMax, entriesAdded, memoryBytes } = point;
  const figures: Figures = [length, entriesAdded, memoryBytes];
  if (lengthMin !== length || lengthMax !== length) figures.push(lengthMin, lengthMax);
  return figures;
}

function readStream(figures: Figures): StreamPoint {
  const [length, entriesAdded = null, memoryBytes = null, lengthMin, lengthMax] = figures;
  return {
    length: whole(length),
    lengthMin: lengthMin ?? whole(length),
    lengthMax: lengthMax ?? whole(length),
    entriesAdded,
    memoryBytes,
  };
}

function groupFigures(point: GroupPoint): Figures {
  const { lag, lagMin, lagMax, quality, pending, pendingMax, lost, entriesRead, behindMs } = point;
  const known = LAG_QUALITIES.indexOf(quality);
  const figures: Figures = [lag, known, pending, lost, entriesRead, behindMs];
  if (lagMin !== lag || lagMax !== lag || pendingMax !== pending) {
    figures.push(lagMin, lagMax, pendingMax);
  }
  return figures;
}

function readGroup(figures: Figures): GroupPoint {
  const [lag = null, known, pending, lost = null, entriesRead = null, behindMs = null] = figures;
  const [lagMin = lag, lagMax = lag, pendingMax = pending] = figures.slice(6);
  return {
    lag,
    lagMin,
    lagMax,
    quality: LAG_QUALITIES[whole(known)] ?? 'unknown',
    pending: whole(pending),
    pendingMax: whole(pendingMax),
    lost,
    entriesRead,
    behindMs,
  };
}

function equal(a: Figures, b: Figures | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((figure, at) => figure === b[at]);
}

function figures(value: unknown): Figures {
  if (!Array.isArray(value)) throw new SyntaxError('Not a row of figures');
  return value.map((item) => (item === null ? null : whole(item)));
}

/** Every figure here is a whole number and none is below zero, but for a clock that is ahead. */
function whole(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new SyntaxError('Not a whole number');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new SyntaxError('Not a name');
}
