import { ChunkEncoder } from '@/lib/model/history-codec';
import { chunkLifeMs, floorTo, type HistoryTier } from '@/lib/model/history-tiers';
import type { ChunkAppend } from '@/lib/redis/history-commands';
import type { HistoryKeys } from '@/lib/redis/keys';
import type { HistoryStep } from './history-recorder';

/** Places remembered; past that all are forgotten, which costs a mark for each. */
const OPEN_MAX = 3_000;

interface OpenChunk {
  encoder: ChunkEncoder;
  /** Bytes it had after the last write; null where that is not known. */
  size: number | null;
  key: string;
}

/** Turns steps into bytes for the ends of chunks, and remembers where each chunk stands. */
export class HistoryChunks {
  readonly #open = new Map<string, OpenChunk>();

  constructor(private readonly keys: HistoryKeys) {}

  /** One append a chunk. To be followed by `settle` or `reset` before the next. */
  encode(steps: readonly HistoryStep[]): ChunkAppend[] {
    if (this.#open.size > OPEN_MAX) this.reset();
    const appends = new Map<string, ChunkAppend & { parts: Uint8Array[] }>();
    for (const { tier, points } of steps) {
      for (const [stream, point] of points) {
        const chunk = this.#chunkOf(stream, tier);
        const key = this.keys.chunk(stream, tier.name, floorTo(point.atMs, tier.chunkMs));
        const continues = chunk.key === key && chunk.encoder.continues(point);
        if (!appends.has(key)) {
          if (!continues || chunk.size === null) chunk.encoder.reset();
          const sizeBefore = continues ? chunk.size : null;
          const lifeMs = chunkLifeMs(tier);
          appends.set(key, { key, sizeBefore, lifeMs, bytes: new Uint8Array(), parts: [] });
        }
        chunk.key = key;
        appends.get(key)?.parts.push(...chunk.encoder.encode(point));
      }
    }
    return Array.from(appends.values(), ({ parts, ...append }) => ({
      ...append,
      bytes: Buffer.concat(parts),
    }));
  }

  /** What came of the appends: sizes in their order. */
  settle(appends: readonly ChunkAppend[], sizes: readonly (number | null)[]): void {
    const byKey = new Map(appends.map(({ key }, at) => [key, sizes[at] ?? null]));
    const written = new Set(appends.map(({ key }) => key));
    for (const chunk of this.#open.values()) {
      if (written.has(chunk.key)) chunk.size = byKey.get(chunk.key) ?? null;
    }
  }

  /** Nothing is known of the chunks any more: each begins with a mark again. */
  reset(): void {
    this.#open.clear();
  }

  #chunkOf(stream: string, tier: HistoryTier): OpenChunk {
    const name = `${tier.name}:${stream}`;
    let chunk = this.#open.get(name);
    if (!chunk) {
      chunk = { encoder: new ChunkEncoder(tier), size: null, key: '' };
      this.#open.set(name, chunk);
    }
    return chunk;
  }
}
