import type { EntryId } from '@/lib/model/entry-id';
import { hasErrorCode } from '@/lib/model/errors';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';
import { backoffMs, pause } from './pause';

const READ_COUNT = 250;
/** What comes within this time is read and acknowledged together, milliseconds. */
const REST_MS = 25;
/** Entries another process of this dashboard left pending this long are taken over. */
const RECLAIM_IDLE_MS = 60_000;
const RECLAIM_EVERY_MS = 60_000;

export interface GroupReaderOptions {
  streams: RedisStreamsClient;
  group: string;
  /** Creates the group again where it is gone. */
  recreate: () => Promise<void>;
  /** Told of every failure; the reader goes on by itself. */
  onFailure: (error: unknown) => void;
}

/**
 * Keeps the dashboard's own consumer group at lag 0 with nothing pending, for as long as it runs:
 * reads, acknowledges at once, and takes over what another process left behind.
 */
export class GroupReader {
  readonly #streams: RedisStreamsClient;
  readonly #group: string;
  readonly #recreate: () => Promise<void>;
  readonly #onFailure: (error: unknown) => void;

  constructor({ streams, group, recreate, onFailure }: GroupReaderOptions) {
    this.#streams = streams;
    this.#group = group;
    this.#recreate = recreate;
    this.#onFailure = onFailure;
  }

  async run(signal: AbortSignal): Promise<void> {
    let reclaimedAtMs = Number.NEGATIVE_INFINITY;
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (performance.now() - reclaimedAtMs >= RECLAIM_EVERY_MS) {
          await this.#acknowledgeLeftovers();
          reclaimedAtMs = performance.now();
        }
        // A read begun now would open a connection that the stop has not seen.
        if (signal.aborted) return;
        const ids = await this.#streams.readEventIds({ group: this.#group, count: READ_COUNT });
        await this.#streams.ackEvent(this.#group, ...ids);
        failures = 0;
        if (ids.length > 0 && ids.length < READ_COUNT) await pause(REST_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        // The answer to a read may be what was lost: its entries are pending with us now.
        reclaimedAtMs = Number.NEGATIVE_INFINITY;
        if (hasErrorCode(error, 'group_not_found')) await this.#recreate();
        else this.#onFailure(error);
        await pause(backoffMs(failures++), signal);
      }
    }
  }

  /** After the loop: acknowledges what a broken-off read left, and takes its consumer away. */
  async leave(): Promise<void> {
    await this.#acknowledgeOwn();
    await this.#streams.leaveEventGroup(this.#group);
  }

  /** This consumer's own pending first (an answer was lost), then those of processes gone. */
  async #acknowledgeLeftovers(): Promise<void> {
    await this.#acknowledgeOwn();
    await this.#acknowledgeAll(() => this.#streams.claimIdleEvents(this.#group, RECLAIM_IDLE_MS));
  }

  #acknowledgeOwn(): Promise<void> {
    return this.#acknowledgeAll(() => this.#streams.ownPendingEvents(this.#group));
  }

  /** Either comes in portions. */
  async #acknowledgeAll(next: () => Promise<EntryId[]>): Promise<void> {
    for (let ids = await next(); ids.length > 0; ids = await next()) {
      await this.#streams.ackEvent(this.#group, ...ids);
    }
  }
}
