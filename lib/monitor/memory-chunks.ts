import { CHUNK_BYTES_MAX, type ChunkAppend } from '@/lib/redis/history-commands';

/** All chunks together grow no further than this, bytes. */
export const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

interface Chunk {
  parts: Uint8Array[];
  bytes: number;
  endsMs: number;
}

/** The chunks Redis would hold, in this process: the same sizes, the same lives. */
export class MemoryChunks {
  readonly #chunks = new Map<string, Chunk>();
  #bytes = 0;

  /** The size of each chunk now; null where it takes no more. */
  append(appends: readonly ChunkAppend[], nowMs: number): (number | null)[] {
    for (const [key, { endsMs }] of this.#chunks) {
      if (endsMs <= nowMs) this.#drop(key);
    }
    return appends.map(({ key, sizeBefore, lifeMs, bytes }) => {
      if (this.#bytes + bytes.length > MEMORY_BYTES_MAX) this.#dropOldest();
      const chunk = this.#chunks.get(key) ?? { parts: [], bytes: 0, endsMs: nowMs + lifeMs };
      if (sizeBefore !== null && sizeBefore !== chunk.bytes) return null;
      if (chunk.bytes + bytes.length > CHUNK_BYTES_MAX) return null;
      this.#chunks.set(key, chunk);
      // A small copy each second would cost more to keep than its bytes.
      chunk.parts =
        chunk.parts.length < 64 ? [...chunk.parts, bytes] : [joined(chunk.parts, bytes)];
      chunk.bytes += bytes.length;
      this.#bytes += bytes.length;
      return chunk.bytes;
    });
  }

  read(key: string): Uint8Array {
    return joined(this.#chunks.get(key)?.parts ?? []);
  }

  get bytes(): number {
    return this.#bytes;
  }

  #dropOldest(): void {
    for (const key of this.#chunks.keys()) {
      this.#drop(key);
      return;
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#chunks.get(key)?.bytes ?? 0;
    this.#chunks.delete(key);
  }
}

function joined(parts: Uint8Array[], last?: Uint8Array): Uint8Array {
  return Buffer.concat(last ? [...parts, last] : parts);
}
