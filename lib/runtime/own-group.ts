import type { Logger } from 'pino';
import type { Config } from '@/lib/config';
import type { EntryLog } from '@/lib/feed/entry-log';
import { GroupReader } from '@/lib/feed/group-reader';
import type { EventCounts } from '@/lib/monitor/event-counts';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import type { RedisHealth } from '@/lib/redis/health';
import type { RedisStreamsClient } from '@/lib/redis/streams-client';

/** What the dashboard's own group, and those that must exist, need of the process. */
export interface OwnGroupMeans {
  config: Pick<Config, 'redis' | 'bootstrapGroups' | 'eventStream' | 'dashboardGroup'>;
  log: Logger;
  health: RedisHealth;
  streams: RedisStreamsClient;
  counting: EventCounts;
  onFailure: (error: unknown) => void;
}

/** The dashboard reads its own group only where the configuration says that it must exist. */
export function readsOwnGroup({
  bootstrapGroups,
  eventStream,
  dashboardGroup,
}: Pick<Config, 'bootstrapGroups' | 'eventStream' | 'dashboardGroup'>): boolean {
  return bootstrapGroups[eventStream]?.includes(dashboardGroup) ?? false;
}

/** The dashboard's own group, read so that nothing waits in it, and the groups it makes. */
export class OwnGroup {
  readonly #means: OwnGroupMeans;
  readonly #connection: RedisConnection;
  readonly #reader: GroupReader;

  constructor(means: OwnGroupMeans) {
    this.#means = means;
    const { config, streams, counting, onFailure } = means;
    this.#connection = connectRedis(config.redis, { name: 'group-reader' });
    this.#reader = new GroupReader({
      streams,
      redis: this.#connection,
      group: config.dashboardGroup,
      counting,
      recreate: () => this.bootstrap(),
      onFailure,
    });
  }

  /** Reads whenever the stream's log grows, until `stopping`; nothing where the group is not to be. */
  async run(stopping: AbortSignal, events: EntryLog): Promise<void> {
    if (!readsOwnGroup(this.#means.config)) return;
    await this.#reader.run(stopping, (wake) => events.onChange(wake));
  }

  /** Leaves the group tidy. */
  async leave(): Promise<void> {
    const { config, health } = this.#means;
    if (!readsOwnGroup(config) || health.state.status !== 'up') return;
    await this.#reader.leave().catch(() => undefined);
  }

  close(): void {
    this.#connection.close();
  }

  /** Makes the groups that the configuration says must exist. */
  async bootstrap(): Promise<void> {
    const { config, streams, log } = this.#means;
    try {
      const created = await streams.ensureGroups(config.bootstrapGroups);
      if (created.length > 0) log.info({ created }, 'consumer groups created');
    } catch (error) {
      log.warn({ error }, 'consumer groups could not be created');
    }
  }
}
