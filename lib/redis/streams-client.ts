import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { consumerOfProcess, type RedisTarget } from '@/lib/config';
import type { Entry } from '@/lib/model/entry';
import { ENTRY_ID_ZERO, type EntryId } from '@/lib/model/entry-id';
import { DashboardError, isKeyError } from '@/lib/model/errors';
import { type EventInput, eventFields, eventType } from '@/lib/model/event';
import { nameToBytes } from '@/lib/model/name';
import {
  type ReceivedEvent,
  type ReceivedTask,
  toReceivedEvent,
  toReceivedTask,
} from '@/lib/model/received';
import { type Task, taskFields } from '@/lib/model/task';
import type { CommandArgument, RedisConnection } from './connect';
import { connectRedis } from './connect-redis';
import { readPending } from './group-reads';
import { fingerprint, idempotencyKey } from './keys';
import { asArray, asEntryId, asInteger, asStreamEntries, asText } from './replies';
import { runScript } from './script-runner';
import { ADD_ENTRY_ONCE } from './scripts';
import { readStreamInfo, type StreamInfo } from './stream-info';

/** Defaults of the contract with the orchestrator. */
export const BLOCK_MS_DEFAULT = 5_000;
export const BATCH_DEFAULT = 10;
export const STREAM_LENGTH_MAX_DEFAULT = 10_000;
/** How long the answer to an `Idempotency-Key` is kept, seconds. */
const IDEMPOTENCY_TTL_S = 24 * 60 * 60;
/** Own pending entries looked up at a time. */
const OWN_PENDING_MAX = 1_000;
/** Entries of others taken over in one call. */
const CLAIM_BATCH = 250;
const rememberedIds = z.tuple([z.string(), z.string()]);

export interface StreamsClientOptions {
  redis: RedisTarget;
  taskStream?: string;
  eventStream?: string;
  /** Its name in every consumer group it reads; `dashboard-<hostname>-<pid>` by default. */
  consumer?: string;
  /** `MAXLEN ~` of what is added, in entries. */
  streamLengthMax?: number;
}

export interface ReadOptions {
  group: string;
  /** Most entries a call gives; 10 by default. */
  count?: number;
  /** How long to wait for the first one, milliseconds; 5000 by default, 0 not at all. */
  blockMs?: number;
  /** `>` for entries never delivered (the default), or an id to read this consumer's pending again. */
  from?: '>' | EntryId;
}

/**
 * Speaks the orchestrator's contract: tasks and events in, tasks and events out, their
 * acknowledgements, and how the streams stand. Connects on first use. Every method throws
 * `DashboardError`; one that changes something throws `outcome_unknown` where its answer was lost.
 */
export class RedisStreamsClient {
  readonly taskStream: string;
  readonly eventStream: string;
  readonly consumer: string;
  readonly #target: RedisTarget;
  readonly #requests: RedisConnection;
  readonly #streamLengthMax: number;
  /** Connections for blocking reads: each serves one read at a time. */
  readonly #readers = new Set<{ connection: RedisConnection; blockMs: number; busy: boolean }>();

  constructor(options: StreamsClientOptions) {
    this.#target = options.redis;
    this.#requests = connectRedis(options.redis, { name: 'streams-client' });
    this.taskStream = options.taskStream ?? 'shield:ingestion_queue';
    this.eventStream = options.eventStream ?? 'shield:events';
    this.consumer = options.consumer ?? consumerOfProcess();
    this.#streamLengthMax = options.streamLengthMax ?? STREAM_LENGTH_MAX_DEFAULT;
  }

  /** Adds a task (XADD … MAXLEN ~). Returns its entry id. */
  addTask(task: Task): Promise<EntryId> {
    return this.#add(this.taskStream, taskFields(task));
  }

  /**
   * Adds a task at most once for a client's key: a repeat adds nothing and returns what the first
   * returned. Throws `idempotency_key_reused` where the key came with another request.
   */
  async addTaskOnce(
    task: Task,
    once: { key: string; request: string },
  ): Promise<{ id: EntryId; jobId: string; chunkId: string; added: boolean }> {
    const request = fingerprint(once.request);
    const [kept, id, ids, added] = asArray(
      await runScript(
        this.#requests,
        ADD_ENTRY_ONCE,
        [nameToBytes(this.taskStream), idempotencyKey(this.taskStream, once.key)],
        [
          request,
          IDEMPOTENCY_TTL_S,
          JSON.stringify([task.job_id, task.chunk_id]),
          this.#streamLengthMax,
          ...taskFields(task).flat(),
        ],
        'write',
      ),
    );
    if (asText(kept) !== request) {
      throw new DashboardError(
        'idempotency_key_reused',
        'This Idempotency-Key was used for a task with other fields.',
      );
    }
    const [jobId, chunkId] = rememberedIds.parse(JSON.parse(asText(ids)));
    return { id: asEntryId(id), jobId, chunkId, added: asInteger(added) === 1 };
  }

  /** Reads tasks as a member of a group (XREADGROUP). Empty where none came in time. */
  async readTasks(options: ReadOptions): Promise<ReceivedTask[]> {
    return (await this.#read(this.taskStream, options)).map(toReceivedTask);
  }

  /** Acknowledges tasks (XACK). Returns how many were pending until now. */
  ackTask(group: string, ...ids: EntryId[]): Promise<number> {
    return this.#ack(this.taskStream, group, ids);
  }

  /** Adds an event; its id and time are made where absent. Returns the entry id. */
  emitEvent(event: EventInput): Promise<EntryId> {
    return this.#add(
      this.eventStream,
      eventFields({
        type: event.type,
        event_id: event.event_id ?? randomUUID(),
        timestamp: event.timestamp ?? new Date().toISOString(),
        job_id: event.job_id ?? '',
        data: event.data ?? {},
        metadata: event.metadata ?? {},
      }),
    );
  }

  /** Reads events as a member of a group (XREADGROUP). Empty where none came in time. */
  async readEvents(options: ReadOptions): Promise<ReceivedEvent[]> {
    return (await this.#read(this.eventStream, options)).map(toReceivedEvent);
  }

  /** The same for who counts them: nothing is decoded. The type is null for what is no event. */
  async readEventTypes(options: ReadOptions): Promise<{ id: EntryId; type: string | null }[]> {
    const entries = await this.#read(this.eventStream, options);
    return entries.map((entry) => ({ id: entry.id, type: eventType(entry) }));
  }

  /** Acknowledges events (XACK). Returns how many were pending until now. */
  ackEvent(group: string, ...ids: EntryId[]): Promise<number> {
    return this.#ack(this.eventStream, group, ids);
  }

  /** Ids of events pending with this client's own consumer, lowest first; deleted ones too. */
  async ownPendingEvents(group: string): Promise<EntryId[]> {
    const range = { limit: OWN_PENDING_MAX, consumer: this.consumer };
    const pending = await readPending(this.#requests, this.eventStream, group, range);
    return pending.map(({ id }) => id);
  }

  /**
   * Takes over events other consumers left unacknowledged for `minIdleMs` (XAUTOCLAIM … JUSTID), up
   * to a thousand or so. Returns their ids.
   */
  async claimIdleEvents(group: string, minIdleMs: number): Promise<EntryId[]> {
    const names = [nameToBytes(this.eventStream), nameToBytes(group), this.consumer] as const;
    const claimed: EntryId[] = [];
    let cursor: EntryId = ENTRY_ID_ZERO;
    do {
      const how = [minIdleMs, cursor, 'COUNT', CLAIM_BATCH, 'JUSTID'] as const;
      const [next, ids] = asArray(await this.#requests.write('XAUTOCLAIM', ...names, ...how));
      claimed.push(...asArray(ids).map(asEntryId));
      cursor = asEntryId(next);
    } while (cursor !== ENTRY_ID_ZERO && claimed.length < OWN_PENDING_MAX);
    return claimed;
  }

  /**
   * Removes this client's consumer from the event stream's group, unless entries are pending with
   * it: XGROUP DELCONSUMER would throw them away.
   */
  async leaveEventGroup(group: string): Promise<void> {
    const names = [nameToBytes(this.eventStream), nameToBytes(group)] as const;
    if ((await this.ownPendingEvents(group)).length > 0) return;
    await this.#requests.write(...(['XGROUP', 'DELCONSUMER'] as const), ...names, this.consumer);
  }

  /** What Redis says of a stream and its groups. Creates nothing. */
  getStreamInfo(stream: string): Promise<StreamInfo | 'absent' | 'wrong_type'> {
    return readStreamInfo(this.#requests, stream);
  }

  /**
   * Creates the groups that are missing (XGROUP CREATE … $ MKSTREAM); those that exist are left as
   * they are. Returns what was created. A key where that cannot be keeps nothing from the others;
   * its error is thrown in the end.
   */
  async ensureGroups(
    groups: Readonly<Record<string, readonly string[]>>,
  ): Promise<{ stream: string; group: string }[]> {
    const created: { stream: string; group: string }[] = [];
    let failure: DashboardError | null = null;
    for (const [stream, names] of Object.entries(groups)) {
      for (const group of names) {
        try {
          if (await this.#createGroup(stream, group)) created.push({ stream, group });
        } catch (error) {
          if (!isKeyError(error)) throw error;
          failure ??= new DashboardError(error.code, `${stream}: ${error.message}`);
        }
      }
    }
    if (failure !== null) throw failure;
    return created;
  }

  /** Ends every connection this client opened. */
  close(): void {
    for (const { connection } of this.#readers) connection.close();
    this.#requests.close();
  }

  async #createGroup(stream: string, group: string): Promise<boolean> {
    try {
      await this.#requests.write(
        ...(['XGROUP', 'CREATE'] as const),
        nameToBytes(stream),
        nameToBytes(group),
        '$',
        'MKSTREAM',
      );
      return true;
    } catch (error) {
      if (error instanceof DashboardError && error.message.includes('BUSYGROUP')) return false;
      throw error;
    }
  }

  async #add(stream: string, fields: [string, CommandArgument][]): Promise<EntryId> {
    const limit = ['MAXLEN', '~', this.#streamLengthMax] as const;
    return asEntryId(
      await this.#requests.write('XADD', nameToBytes(stream), ...limit, '*', ...fields.flat()),
    );
  }

  async #ack(stream: string, group: string, ids: EntryId[]): Promise<number> {
    if (ids.length === 0) return 0;
    return asInteger(
      await this.#requests.write('XACK', nameToBytes(stream), nameToBytes(group), ...ids),
    );
  }

  async #read(
    stream: string,
    { group, count = BATCH_DEFAULT, blockMs = BLOCK_MS_DEFAULT, from = '>' }: ReadOptions,
  ): Promise<Entry[]> {
    const command: CommandArgument[] = [
      ...['GROUP', nameToBytes(group), this.consumer, 'COUNT', count],
      ...(blockMs > 0 ? ['BLOCK', blockMs] : []),
      ...['STREAMS', nameToBytes(stream), from],
    ];
    const reader = this.#freeReader(blockMs);
    reader.busy = true;
    try {
      const reply = await reader.connection.write('XREADGROUP', ...command);
      return asStreamEntries(reader.connection.mask, reply).flatMap(({ entries }) => entries);
    } finally {
      reader.busy = false;
    }
  }

  #freeReader(blockMs: number) {
    for (const reader of this.#readers) {
      if (!reader.busy && reader.blockMs >= blockMs) return reader;
    }
    const connection = connectRedis(this.#target, { name: 'group-reader', blockMs });
    const reader = { connection, blockMs, busy: false };
    this.#readers.add(reader);
    return reader;
  }
}
