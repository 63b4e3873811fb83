import { type EntryId, entryIdTimeMs } from '@/lib/model/entry-id';
import { nameToBytes } from '@/lib/model/name';
import { type Revocation, readRevocation, revocationFields } from '@/lib/model/revocation';
import type { RedisConnection } from './connect';
import { asInteger } from './replies';
import { readUnmasked } from './stream-reads';

/** `MAXLEN ~`: the oldest are the ones that matter least. */
const LENGTH_MAX = 10_000;
const PAGE = 1_000;
/** Read again each time: a server that takes over may have a clock that is behind. */
const OVERLAP_MS = 60_000;

/** What ended before its time, for all processes: a small stream that expires by itself. */
export class RevocationStream {
  #lastId: EntryId | null = null;

  /** `writes`: a connection whose loss hurts no reader. */
  constructor(
    private readonly redis: RedisConnection,
    private readonly writes: RedisConnection,
    private readonly stream: string,
  ) {}

  /** Told once or more is the same. The key lives for `keepMs` from now on at least. */
  async add(revocation: Revocation, keepMs: number): Promise<void> {
    const key = nameToBytes(this.stream);
    const fields = revocationFields(revocation);
    await this.writes.write('XADD', key, 'MAXLEN', '~', LENGTH_MAX, '*', ...fields);
    // Another process may keep sessions for longer: the end is only ever put off.
    const leftMs = asInteger(await this.writes.command('PTTL', key));
    if (leftMs < keepMs) await this.writes.write('PEXPIREAT', key, Date.now() + keepMs);
  }

  /** What came since the last time, and some of it again; at the first time all there is. */
  async readNew(): Promise<Revocation[]> {
    const found: Revocation[] = [];
    let start = this.#lastId === null ? '-' : String(entryIdTimeMs(this.#lastId) - OVERLAP_MS);
    for (;;) {
      const range = { start, end: '+', count: PAGE, order: 'asc' } as const;
      const entries = await readUnmasked(this.redis, this.stream, range);
      found.push(...entries.map(readRevocation).filter((one) => one !== null));
      const last = entries.at(-1)?.id;
      if (last === undefined) return found;
      this.#lastId = last;
      if (entries.length < PAGE) return found;
      start = `(${last}`;
    }
  }
}
