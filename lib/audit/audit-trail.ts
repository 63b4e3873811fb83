import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Asker,
  type AuditEvent,
  type AuditIntent,
  type AuditNote,
  type AuditResult,
  auditRecord,
  outcomeOfError,
  type RefusedRequest,
} from '@/lib/model/audit';
import type { AuditState } from '@/lib/model/audit-page';
import type { EntryId } from '@/lib/model/entry-id';
import { DashboardError } from '@/lib/model/errors';
import { AuditWriter, type AuditWriterOptions } from './audit-writer';
import { RefusalCounts } from './refusal-counts';

/** What destroys nothing waits no longer for its intent: a Redis that hangs holds it up enough. */
const INTENT_WAIT_MS = 500;

export interface AuditTrailOptions extends Omit<AuditWriterOptions, 'now'> {
  /** What tells this process from others. */
  instance: string;
  now?: () => Date;
}

/**
 * The one door to the audit: every act of an operator goes through `act`, every sign-in through
 * `note`, every refusal through `noteRefusal`.
 */
export class AuditTrail {
  readonly #writer: AuditWriter;
  readonly #instance: string;
  readonly #refusals: RefusalCounts;
  /** What nobody waits for, until it is written. */
  readonly #loose = new Set<Promise<void>>();

  constructor({ instance, now = () => new Date(), ...writing }: AuditTrailOptions) {
    this.#writer = new AuditWriter({ ...writing, now });
    this.#instance = instance;
    this.#refusals = new RefusalCounts((refusal, count) => this.#writeRefusal(refusal, count));
  }

  get state(): AuditState {
    return this.#writer.state;
  }

  /**
   * Does something and records it: that it is to be done before, and how it ended after. With
   * `destroys` nothing is done unless Redis has stored the intent: throws `audit_unavailable`.
   * Without, it is done all the same, half a second later at most. Else throws what `run` throws.
   */
  async act<T>(
    asker: Asker,
    intent: AuditIntent,
    { destroys, run }: { destroys: boolean; run: () => Promise<{ answer: T } & AuditResult> },
  ): Promise<T> {
    const act = randomUUID();
    const before = { ...intent, phase: 'intent', act, outcome: 'pending' } as const;
    const stored: Promise<StoredIntent> = this.#write(asker, before).then(
      (id) => ({ id, error: null }),
      (error: unknown) => ({ id: null, error }),
    );
    const end = (result: Pick<AuditNote, 'outcome' | 'code'> & AuditResult) =>
      this.#loosely(async () => {
        const { id } = await stored;
        const tie = { phase: 'result', act, ...(id !== null && { intent: id }) } as const;
        await this.#write(asker, { ...intent, ...result, ...tie });
      });
    try {
      if (destroys) assertStored(await stored, this.state);
      else await withinWait(stored);
      const { answer, ...result } = await run();
      end({ ...result, outcome: 'done' });
      return answer;
    } catch (error) {
      const code = error instanceof DashboardError ? error.code : 'internal';
      end({ outcome: outcomeOfError(error), code });
      throw error;
    }
  }

  /** Records something that is over. Never waits, never throws: what is not stored is counted. */
  note(asker: Asker, event: AuditEvent): void {
    const act = randomUUID();
    this.#loosely(() => this.#write(asker, { ...event, phase: 'event', act }));
  }

  /**
   * Records a request that was turned away. Of those that are alike the first is, and minutes later
   * how many more there were: a flood of them must not push everything else out of the stream.
   */
  noteRefusal(refusal: RefusedRequest): void {
    this.#refusals.add(refusal);
  }

  /** Resolves when everything said so far is written, or could not be. Never rejects. */
  async settle(): Promise<void> {
    while (this.#loose.size > 0) await Promise.all(this.#loose);
  }

  /** Writes what is still held back. Never rejects. */
  async stop(): Promise<void> {
    this.#refusals.stop();
    await this.settle();
  }

  #writeRefusal({ asker, code, method, path }: RefusedRequest, count: number): void {
    this.note(asker, {
      action: 'request.refused',
      outcome: 'refused',
      code,
      count,
      targets: [`${method} ${path}`],
    });
  }

  #write(asker: Asker, note: AuditNote): Promise<EntryId> {
    return this.#writer.write(auditRecord(note, asker, this.#instance));
  }

  /** A failure was counted and told where it happened. */
  #loosely(write: () => Promise<unknown>): void {
    const writing = write().then(
      () => undefined,
      () => undefined,
    );
    this.#loose.add(writing);
    void writing.then(() => this.#loose.delete(writing));
  }
}

interface StoredIntent {
  id: EntryId | null;
  error: unknown;
}

async function withinWait(stored: Promise<StoredIntent>): Promise<void> {
  const done = new AbortController();
  const late = sleep(INTENT_WAIT_MS, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([stored, late]);
  done.abort();
}

function assertStored({ error }: StoredIntent, { stream }: AuditState): void {
  if (error === null) return;
  const why = error instanceof DashboardError ? error.message : 'see the log';
  throw new DashboardError(
    'audit_unavailable',
    `Nothing was done, for it could not be recorded in ${stream}: ${why}`,
    { cause: error },
  );
}
