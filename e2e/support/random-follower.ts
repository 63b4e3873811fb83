import { expect } from 'vitest';
import { z } from 'zod';
import type { BurstWriter } from './burst-writer';
import type { FeedFilter } from './feed-oracle';
import type { FeedItem, FeedRecord } from './feed-record';
import type { Random } from './random';
import type { Servers, Transport } from './transports';

const hello = z.object({ resumed_from: z.string() });

export interface Wish {
  transport: Transport;
  stream: string;
  filter: FeedFilter;
  /** Where it begins: an id, `0`, or, where it is absent, at what is new. */
  firstId: string | undefined;
}

/** A subscriber that behaves as the seed makes it, and all it was sent over its connections. */
export class RandomFollower {
  readonly received: FeedItem[] = [];
  /** What its first connection stood behind. */
  begin: string | undefined;
  /** Resolves once it is connected for the first time. */
  readonly connected: Promise<void>;
  #tellConnected: () => void = () => undefined;
  #lastId: string | undefined;

  constructor(
    private readonly servers: Servers,
    private readonly random: Random,
    readonly wish: Wish,
  ) {
    this.#lastId = wish.firstId;
    this.connected = new Promise((resolve) => {
      this.#tellConnected = resolve;
    });
  }

  get told(): string {
    const { transport, stream, filter, firstId = 'what is new' } = this.wish;
    return JSON.stringify([transport.name, stream, filter, firstId]);
  }

  /** Comes and goes while the writer writes, then stays until it was sent its last entry. */
  async follow(writer: BurstWriter, lastId: Promise<string>): Promise<void> {
    for (let visits = this.random.integer(0, 8); visits > 0 && !writer.ended; visits--) {
      const client = await this.#connect(writer);
      const wanted = this.random.integer(0, 150);
      // Who wants little leaves as well, with nothing but its place.
      const leaveAt = writer.added + this.random.integer(0, 600);
      const isTime = () => writer.ended || writer.added >= leaveAt;
      if (this.random.chance(0.6)) client.breakAfter(wanted);
      if (this.random.chance(0.3)) await this.#stall(client, writer);
      await client.until(
        () => client.gone || isTime() || client.entries.length >= wanted,
        `Entry ${wanted} of ${this.told}`,
      );
      if (this.random.chance(0.5)) client.abort();
      else client.close();
      this.#take(client);
    }
    const client = await this.#connect(writer);
    const last = await lastId;
    const wasHere = this.received.some(({ id }) => id === last);
    const isHere = () => wasHere || client.ids.includes(last);
    await client.until(isHere, `The last entry of ${this.told}`);
    this.#take(client);
  }

  async #connect(writer: BurstWriter): Promise<FeedRecord> {
    const id = this.#lastId;
    const { transport, stream, filter } = this.wish;
    const isByHeader = id !== undefined && this.random.chance(0.5);
    // The header wins over what the query says.
    const lastId = isByHeader ? '5' : id;
    const query = { ...filter, stream, ...(lastId === undefined ? {} : { last_id: lastId }) };
    const headers = isByHeader ? { 'last-event-id': id } : undefined;
    const client = await this.servers.open(transport, query, headers);
    writer.wakes(client);
    const { resumed_from } = hello.parse((await client.next('dashboard.hello')).data);
    if (id !== undefined) expect(resumed_from).toBe(id === '0' ? '0-0' : id);
    this.begin ??= resumed_from;
    this.#lastId ??= resumed_from;
    this.#tellConnected();
    return client;
  }

  /** Reads nothing until some hundred entries more were added. */
  async #stall(client: FeedRecord, writer: BurstWriter): Promise<void> {
    client.pause();
    const until = writer.added + this.random.integer(50, 1_000);
    await client.until(() => client.gone || writer.ended || writer.added >= until, 'More entries');
    client.resume();
  }

  #take(client: FeedRecord): void {
    this.received.push(...client.entries);
    this.#lastId = client.lastId ?? this.#lastId;
    expect(client.named('dashboard.gap'), this.told).toEqual([]);
    expect(client.named('dashboard.reset'), this.told).toEqual([]);
  }
}
