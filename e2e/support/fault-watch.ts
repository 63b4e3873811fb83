import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from './eventually';
import { type FeedFilter, FeedOracle, named } from './feed-oracle';
import type { FeedRecord } from './feed-record';
import { addEntries, eventFields } from './redis-facts';
import { RetryingWriter } from './retrying-writer';
import type { RedisServer } from './stack';
import { type Servers, TRANSPORTS, type Transport } from './transports';

const hello = z.object({ resumed_from: z.string() });
const status = z.object({ redis: z.enum(['up', 'down']), code: z.string().optional() });

/** One subscriber and what it is owed. */
interface Watched {
  told: string;
  client: FeedRecord;
  filter: FeedFilter;
  /** The id it began behind. */
  after: string;
}

const OLD_ENTRIES = 200;
const EVEN: FeedFilter = { type: 'test.even' };

/** Subscribers of every transport on one stream, and a writer that goes on through every fault. */
export class FaultWatch {
  readonly #watched: Watched[] = [];
  readonly writer: RetryingWriter;

  private constructor(
    private readonly redis: RedisServer,
    private readonly servers: Servers,
    readonly stream: string,
  ) {
    this.writer = new RetryingWriter(redis, stream);
  }

  /** Resolves when all of them stand at the head and entries arrive. */
  static async start(redis: RedisServer, servers: Servers, stream: string): Promise<FaultWatch> {
    await servers.untilHealthy();
    await addEntries(redis, stream, OLD_ENTRIES, () => eventFields('test.old'));
    const watch = new FaultWatch(redis, servers, stream);
    await Promise.all(
      TRANSPORTS.flatMap((transport) => [
        watch.#open(transport, {}),
        watch.#open(transport, EVEN),
        watch.#open(transport, {}, '0'),
      ]),
    );
    // The first may come from a look into Redis; those after it come from the reader.
    for (let round = 0; round < 3; round++) await watch.untilFlowing();
    return watch;
  }

  get clients(): FeedRecord[] {
    return this.#watched.map(({ client }) => client);
  }

  /** One more of every transport, who wants everything from the first entry on. */
  async join(): Promise<void> {
    await Promise.all(TRANSPORTS.map((transport) => this.#open(transport, {}, '0')));
  }

  /** Waits until everyone was told that Redis is down for that reason. */
  async untilDown(...codes: string[]): Promise<void> {
    await this.#everyone(({ client, told }) =>
      client.until(
        () =>
          lastStatus(client)?.redis === 'down' && codes.includes(lastStatus(client)?.code ?? ''),
        `${told}: that Redis is down by ${codes.join(' or ')}, not ${JSON.stringify(lastStatus(client))}, `,
      ),
    );
  }

  /** Waits until everyone was told that Redis is up, without any trouble, if they ever heard else. */
  async untilUp(): Promise<void> {
    await this.#everyone(({ client, told }) =>
      client.until(() => {
        const { redis, code } = lastStatus(client) ?? { redis: 'up' };
        return redis === 'up' && code === undefined;
      }, `${told}: that Redis is up `),
    );
  }

  /** Waits until what is added now arrives everywhere. */
  async untilFlowing(): Promise<void> {
    await this.untilReceived(await this.#isAt());
  }

  async untilReceived(id: string): Promise<void> {
    await this.#everyone(({ client, told }) =>
      client.until(() => client.ids.includes(id), `${told}: entry ${id} `),
    );
  }

  /** Waits until everyone was told that the stream begins anew. */
  async untilReset(): Promise<void> {
    await this.#everyone(({ client, told }) =>
      client.until(
        () => client.named('dashboard.reset').length > 0,
        `${told}: that the stream begins anew `,
      ),
    );
  }

  /** Like `expectEverything`, of a stream that began anew: one reset, then all it holds now. */
  async expectEverythingAnew(): Promise<void> {
    await this.untilReceived(await this.writer.end());
    const oracle = await FeedOracle.of(this.redis, this.stream);
    for (const { client, filter, told } of this.#watched) {
      const at = client.items.findIndex(({ event }) => event === 'dashboard.reset');
      const since = client.items.slice(at + 1).filter(({ id }) => id !== undefined);
      expect(named(since), told).toEqual(oracle.expected(filter));
      expect(client.named('dashboard.reset'), told).toHaveLength(1);
      expect(client.named('dashboard.gap'), told).toEqual([]);
      expect(client.gone, `${told}: its connection is over`).toBe(false);
    }
    for (const { client } of this.#watched) client.close();
  }

  /** Ends the writer and holds what everyone received against XRANGE: all of it, once, in order. */
  async expectEverything(): Promise<void> {
    await this.untilReceived(await this.writer.end());
    const oracle = await FeedOracle.of(this.redis, this.stream);
    for (const { client, filter, after, told } of this.#watched) {
      expect(named(client.entries), told).toEqual(oracle.expected(filter, after));
      expect(client.gone, `${told}: its connection is over`).toBe(false);
      expect(client.named('dashboard.gap'), told).toEqual([]);
      expect(client.named('dashboard.reset'), told).toEqual([]);
    }
    for (const { client } of this.#watched) client.close();
  }

  async #open(transport: Transport, filter: FeedFilter, lastId?: string): Promise<void> {
    const query = { ...filter, stream: this.stream };
    const client = await this.servers.open(
      transport,
      lastId === undefined ? query : { ...query, last_id: lastId },
    );
    const { resumed_from: after } = hello.parse((await client.next('dashboard.hello')).data);
    const told = `${transport.name} ${JSON.stringify(filter)} after ${lastId ?? 'now'}`;
    this.#watched.push({ told, client, filter, after });
  }

  /** The newest entry of the type that everyone wants, once there is one that is new. */
  async #isAt(): Promise<string> {
    const before = this.writer.added;
    await eventually(() => expect(this.writer.added).toBeGreaterThan(before + 2));
    const oracle = await FeedOracle.of(this.redis, this.stream);
    return oracle.expected(EVEN).at(-1)?.split(' ')[0] ?? '';
  }

  async #everyone(wait: (watched: Watched) => Promise<void>): Promise<void> {
    await Promise.all(this.#watched.map(wait));
  }
}

/** The state of Redis that a client was told last. */
function lastStatus(client: FeedRecord): z.infer<typeof status> | undefined {
  const last = client.named('dashboard.status').at(-1);
  return last && status.parse(last.data);
}
