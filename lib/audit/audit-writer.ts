import type { Logger } from 'pino';
import { auditFields } from '@/lib/model/audit';
import type { AuditRecord, AuditState } from '@/lib/model/audit-page';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { nameToBytes } from '@/lib/model/name';
import type { RedisConnection } from '@/lib/redis/connect';
import { asEntryId } from '@/lib/redis/replies';

/** Records on their way to Redis at once: while it hangs, further ones are in the log alone. */
const UNDER_WAY_MAX = 1_000;

export interface AuditWriterOptions {
  /** A connection for writes alone. */
  redis: RedisConnection;
  stream: string;
  /** `MAXLEN ~` of the stream, in records. */
  lengthMax: number;
  log: Logger;
  now: () => Date;
}

/** Writes records to the log, always, and to the stream, where Redis takes them. */
export class AuditWriter {
  readonly #options: AuditWriterOptions;
  readonly #log: Logger;
  readonly #underWay = new Set<Promise<unknown>>();
  #stored = 0;
  #notStored = 0;
  #problem: AuditState['problem'] = null;

  constructor(options: AuditWriterOptions) {
    this.#options = options;
    const { log } = options;
    // An audit line is written whatever level is asked for, unless there is to be no log at all.
    this.#log = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  }

  get state(): AuditState {
    return {
      stream: this.#options.stream,
      length_max: this.#options.lengthMax,
      stored: this.#stored,
      not_stored: this.#notStored,
      problem: this.#problem,
    };
  }

  /**
   * Resolves to the entry it was stored as. Throws the codes of a Redis that takes no writes,
   * `outcome_unknown` among them: the record is then in the log alone, as far as anybody knows.
   */
  async write(record: AuditRecord): Promise<EntryId> {
    this.#log.info({ audit: record }, 'audit');
    const writing = this.#store(record);
    this.#underWay.add(writing);
    try {
      const id = await writing;
      this.#noteStored();
      return id;
    } catch (error) {
      this.#noteFailure(error);
      throw error;
    } finally {
      this.#underWay.delete(writing);
    }
  }

  async #store(record: AuditRecord): Promise<EntryId> {
    if (this.#underWay.size >= UNDER_WAY_MAX) {
      throw new DashboardError('redis_timeout', 'Too many records wait for Redis.');
    }
    const { redis, stream, lengthMax } = this.#options;
    const limit = ['MAXLEN', '~', lengthMax] as const;
    const fields = auditFields(record).flat();
    return asEntryId(await redis.write('XADD', nameToBytes(stream), ...limit, '*', ...fields));
  }

  #noteStored(): void {
    this.#stored += 1;
    if (this.#problem === null) return;
    const { stream } = this.#options;
    const { since } = this.#problem;
    this.#problem = null;
    this.#options.log.info({ stream, since }, 'audit records are stored again');
  }

  #noteFailure(error: unknown): void {
    this.#notStored += 1;
    const { code, message } =
      error instanceof DashboardError
        ? error
        : new DashboardError('internal', 'Something failed in the dashboard.');
    const before = this.#problem;
    const since = before?.since ?? this.#options.now().toISOString();
    this.#problem = { code, message, since };
    if (before?.code === code) return;
    const { stream } = this.#options;
    this.#options.log.warn(
      { stream, error },
      'audit records are not stored: the log alone has them',
    );
  }
}
