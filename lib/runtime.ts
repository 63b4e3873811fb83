import type { Logger } from 'pino';
import { Access } from '@/lib/access/access';
import { type EnqueueRequest, enqueueTask } from '@/lib/actions/enqueue-task';
import { type RevealRequest, revealEntry } from '@/lib/actions/reveal-entry';
import { AuditReader } from '@/lib/audit/audit-reader';
import { AuditTrail } from '@/lib/audit/audit-trail';
import { type Config, parseConfig } from '@/lib/config';
import type { FollowedStream } from '@/lib/feed/followed-stream';
import { GroupReader } from '@/lib/feed/group-reader';
import { HistoryScans } from '@/lib/feed/history-scans';
import { PacedPages } from '@/lib/feed/paced-pages';
import { READ_BLOCK_MS } from '@/lib/feed/read-loop';
import { StreamReader } from '@/lib/feed/reader';
import { subscribeAll } from '@/lib/feed/subscribe-all';
import { Subscribers, type Transport } from '@/lib/feed/subscribers';
import type { FeedEnd } from '@/lib/http/feed-pump';
import { OpenAnswers } from '@/lib/http/open-answers';
import { REQUEST_ID_HEADER } from '@/lib/http/respond';
import type { TextStreamOptions } from '@/lib/http/text-stream';
import { createLog, logInfoJson } from '@/lib/log';
import { type Actor, userKey } from '@/lib/model/actor';
import { addressKey } from '@/lib/model/address-key';
import type { AuditPage, AuditQuery } from '@/lib/model/audit-page';
import type { WireEntry } from '@/lib/model/entry';
import { DashboardError } from '@/lib/model/errors';
import type { FeedCounts } from '@/lib/model/feed-counts';
import type { FeedBatches } from '@/lib/model/feed-message';
import type { FeedQuery } from '@/lib/model/feed-query';
import type { Snapshot } from '@/lib/model/snapshot';
import { seenSnapshot } from '@/lib/model/stream-scope';
import type { EnqueuedTask } from '@/lib/model/task';
import { ConsumerReadings } from '@/lib/monitor/consumer-readings';
import { EventCounts } from '@/lib/monitor/event-counts';
import { EventLoopDelay } from '@/lib/monitor/event-loop-delay';
import { GroupDetails } from '@/lib/monitor/group-details';
import { History } from '@/lib/monitor/history';
import { JobDetails } from '@/lib/monitor/job-details';
import { JobTasks } from '@/lib/monitor/job-tasks';
import { Jobs } from '@/lib/monitor/jobs';
import { prometheusText } from '@/lib/monitor/prometheus';
import { Sampler } from '@/lib/monitor/sampler';
import { StatsAnswer, seenStatsBytes } from '@/lib/monitor/stats-answer';
import { StatsFeed } from '@/lib/monitor/stats-feed';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import { EntryPages } from '@/lib/redis/entry-pages';
import { GroupPages } from '@/lib/redis/group-pages';
import { RedisHealth } from '@/lib/redis/health';
import { PendingPages } from '@/lib/redis/pending-pages';
import { RevocationStream } from '@/lib/redis/revocation-stream';
import { RedisStreamsClient } from '@/lib/redis/streams-client';

/**
 * Everything a process needs, wired once: one set of connections, one reader, one sampler.
 * Nothing connects before `start`, so that building the app touches no Redis.
 */
export class Runtime {
  readonly log: Logger;
  readonly access: Access;
  readonly health: RedisHealth;
  readonly streams: RedisStreamsClient;
  readonly monitor: Sampler;
  readonly history: History;
  readonly eventCounts: EventCounts;
  readonly entries: EntryPages;
  readonly pending: PendingPages;
  readonly groupDetails: GroupDetails;
  readonly scans: HistoryScans;
  readonly jobs: Jobs;
  readonly jobDetails: JobDetails;
  readonly audit: AuditTrail;
  readonly audited: AuditReader;
  readonly answers = new OpenAnswers();
  readonly startedMs = performance.now();
  /** Set by `server.ts`; under Next alone an address is what the client claims. */
  knowsAddresses = false;
  readonly #requests: RedisConnection;
  readonly #counting: RedisConnection;
  readonly #auditing: RedisConnection;
  readonly #reader: StreamReader;
  readonly #events: FollowedStream;
  readonly #groupReader: GroupReader;
  readonly #subscribers: Subscribers;
  readonly #stats: StatsFeed;
  readonly #seenStats = new Map<string, StatsFeed>();
  readonly #statsAnswer: StatsAnswer;
  readonly #consumers: ConsumerReadings;
  readonly #loopDelay = new EventLoopDelay();
  readonly #stopping = new AbortController();
  #loops: Promise<unknown>[] = [];

  constructor(
    readonly config: Config,
    log?: Logger,
  ) {
    this.log = log ?? createLog(config.logLevel);
    // First: wrong users end the start before anything connects.
    this.access = new Access(
      { ...config.access, writes: config.writes },
      this.log,
      {
        note: (asker, event) => this.audit.note(asker, event),
        noteRefusal: (refusal) => this.audit.noteRefusal(refusal),
      },
      {
        own: [config.audit.stream, config.revokedStream],
        task: config.taskStream,
        event: config.eventStream,
        listed: config.streams,
      },
    );
    this.#requests = connectRedis(config.redis, { name: 'requests' });
    this.#counting = connectRedis(config.redis, { name: 'group-reader' });
    this.#auditing = connectRedis(config.redis, { name: 'audit' });
    this.health = new RedisHealth(this.#requests);
    this.audit = new AuditTrail({
      redis: this.#auditing,
      ...config.audit,
      log: this.log,
      instance: config.consumer,
    });
    const revoked = new RevocationStream(this.#requests, this.#auditing, config.revokedStream);
    this.access.share({
      add: (revocation) => revoked.add(revocation, config.access.session.absoluteMs),
      readNew: () => revoked.readNew(),
    });
    this.audited = new AuditReader(this.#requests, config.audit.stream);
    // Writes on a connection of their own: one that a replica refuses may cost the connection.
    this.streams = new RedisStreamsClient(config);
    this.monitor = new Sampler({
      redis: this.#requests,
      health: this.health,
      streams: config.streams,
      // What is the dashboard's own is no stream of the operators.
      hidden: [config.audit.stream, config.revokedStream],
      budgetPercent: config.samplerBudgetPercent,
      onFailure: this.#logFailure('sampler'),
    });
    this.history = new History(config.history, {
      redis: this.#requests,
      sampler: this.monitor,
      onFailure: this.#logFailure('history'),
      warn: (facts, message) => this.log.warn(facts, message),
    });
    this.eventCounts = new EventCounts(
      {
        mode: config.history.mode,
        stream: config.eventStream,
        group: config.dashboardGroup,
        isRead: this.#readsOwnGroup,
      },
      {
        redis: this.#requests,
        warn: (facts, message) => this.log.warn(facts, message),
      },
    );
    this.entries = new EntryPages(this.#requests);
    this.pending = new PendingPages(this.#requests);
    const groups = new GroupPages(this.#requests);
    this.groupDetails = new GroupDetails(this.monitor, groups);
    this.scans = new HistoryScans(this.#requests, this.stopping, config.scans);
    this.#reader = new StreamReader({
      connect: () => connectRedis(config.redis, { name: 'reader', blockMs: READ_BLOCK_MS }),
      requests: this.#requests,
      isCluster: config.redis.cluster !== undefined,
      onFailure: this.#logFailure('reader'),
    });
    // The default stream is followed for ever, so that its newest entries are at hand.
    this.#events = this.#reader.follow(config.eventStream);
    this.jobs = new Jobs({
      redis: this.#requests,
      stream: config.eventStream,
      source: this.#events.log,
      past: this.#pacedPages(config.eventStream),
      stopping: this.stopping,
    });
    this.jobDetails = new JobDetails({
      redis: this.#requests,
      jobs: this.jobs,
      // Of a task its ids are wanted, and no long content.
      tasks: new JobTasks(this.#pacedPages(config.taskStream, 0)),
      taskStream: config.taskStream,
      groupsOf: (stream) =>
        this.monitor.latest.streams
          .find(({ name }) => name === stream)
          ?.groups.map(({ name }) => name) ?? [],
    });
    this.#subscribers = new Subscribers({
      max: config.feed.subscribersMax,
      perAddressMax: config.feed.subscribersPerAddressMax,
      perUserMax: config.feed.subscribersPerUserMax,
    });
    this.#stats = new StatsFeed(this.monitor, config.streams);
    this.#statsAnswer = new StatsAnswer(this.monitor, config.streams);
    this.#consumers = new ConsumerReadings(groups, config.metricsConsumersMax);
    this.#groupReader = new GroupReader({
      streams: this.streams,
      redis: this.#counting,
      group: config.dashboardGroup,
      counting: this.eventCounts,
      recreate: () => this.#bootstrap(),
      onFailure: this.#logFailure('group reader'),
    });
  }

  /** Aborted when the process begins to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  get uptimeSeconds(): number {
    return Math.round((performance.now() - this.startedMs) / 100) / 10;
  }

  get healthStatus(): 'healthy' | 'degraded' {
    return this.health.state.status === 'up' ? 'healthy' : 'degraded';
  }

  /** Begins to watch Redis, whether it is there or not. */
  start(): void {
    this.access.start();
    this.health.onChange((state) => {
      this.log[state.status === 'up' ? 'info' : 'warn'](
        { redis: state },
        `Redis is ${state.status}`,
      );
      if (state.status !== 'up') return;
      void this.access.learn();
      void this.#bootstrap();
    });
    this.health.start();
    this.monitor.start();
    this.#loopDelay.start();
    this.history.start();
    this.#loops = [this.#reader.run(this.stopping)];
    if (this.#readsOwnGroup) {
      const wakeBy = (wake: () => void) => this.#events.log.onChange(wake);
      this.#loops.push(this.#groupReader.run(this.stopping, wakeBy));
    }
  }

  /**
   * The live feed for one subscriber, until its signal or the process ends it. Throws `forbidden`,
   * `subscriber_limit`, `address_limit`, `user_limit` and `stream_limit`.
   */
  subscribe(
    { from, filter, stats, counts }: FeedQuery,
    { transport, actor, signal }: FeedClient,
  ): FeedBatches {
    // Of statistics alone no stream is read that nobody named.
    const unnamed = stats === 'only' ? null : this.config.eventStream;
    for (const { stream } of from) {
      const asked = stream ?? unnamed;
      if (asked !== null) this.access.demand(actor, 'look', asked);
    }
    const sources = {
      reader: this.#reader,
      requests: this.#requests,
      health: this.health,
      stats: this.#statsFor(actor),
      stopping: this.stopping,
      onTaken: (messages: number) => {
        this.#subscribers.counts.delivered += messages;
      },
    };
    const { eventStream } = this.config;
    // Who wants no entries has no stream followed for that.
    const named = from.map(({ stream, lastId }) => ({ stream: stream ?? eventStream, lastId }));
    const alone = named.slice(0, 1).map((first) => ({ ...first, stream: eventStream }));
    const wanted = stats === 'only' ? alone : named;
    const sees = this.access.sees(actor);
    const hidesStream = stats === 'only' && sees?.(eventStream) === false;
    const request = { from: wanted, filter, stats, counts, hidesStream, signal };
    const address = this.knowsAddresses ? addressKey(actor.address) : null;
    const leave = this.#subscribers.admit(transport, { address, user: userKey(actor) });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    try {
      return subscribeAll(sources, request);
    } catch (error) {
      leave();
      this.#subscribers.counts.opened--;
      this.#subscribers.counts.refused++;
      throw error;
    }
  }

  /** When an answer that is read for long is cut: its reader may stay no longer, or takes nothing. */
  cutting(request: Request, actor: Actor): Required<Omit<TextStreamOptions, 'close'>> {
    const requestId = request.headers.get(REQUEST_ID_HEADER);
    return {
      stalledMs: this.config.feed.stalledMs,
      hold: (cut) => this.access.hold(actor, cut),
      breakOff: () => this.answers.cut(requestId),
    };
  }

  /** What the transports tell of each live connection's end. */
  noteFeedEnd(end: FeedEnd): void {
    if (end === 'stalled') this.#subscribers.counts.stalled++;
  }

  /** The live feed in figures. */
  get feedCounts(): FeedCounts {
    const { reads, failures, handOutMs } = this.#reader.counts;
    return {
      ...this.#subscribers.counts,
      reads,
      read_failures: failures,
      hand_out_ms: Math.round(handOutMs * 100) / 100,
    };
  }

  /** The answer of `/events/stats` where it was made before, for all, and is still the newest. */
  statsAtHand(actor: Actor): Uint8Array | null {
    return this.access.sees(actor) === null ? this.#statsAnswer.atHand : null;
  }

  /** A line of the access log; its fields are JSON without braces. */
  logRequest(fields: string): void {
    logInfoJson(this.log, fields, 'request');
  }

  /** The answer of `/events/stats`: no question to Redis but the sampler's own. Never rejects. */
  statsBytes(actor: Actor): Promise<Uint8Array> {
    const sees = this.access.sees(actor);
    if (sees === null) return this.#statsAnswer.bytes();
    return seenStatsBytes(this.monitor, this.config.streams, sees);
  }

  /** How things stand, as far as somebody may see it. */
  async snapshotFor(actor: Actor): Promise<Snapshot> {
    return seenSnapshot(await this.monitor.snapshot(), this.access.sees(actor));
  }

  /** The stream whose entries are shown where none is named; null where somebody may see none. */
  async defaultStreamFor(actor: Actor): Promise<string | null> {
    const { eventStream } = this.config;
    const sees = this.access.sees(actor);
    if (sees === null || sees(eventStream)) return eventStream;
    return (await this.snapshotFor(actor)).streams[0]?.name ?? null;
  }

  /**
   * How things stand as Prometheus text, from the newest sample: a scrape asks Redis for nothing but
   * the consumers, where those are wanted, and keeps the sampler no busier.
   */
  async metricsText(actor: Actor): Promise<string> {
    const sees = this.access.sees(actor);
    const snapshot = seenSnapshot(this.monitor.latest, sees);
    const consumers = await this.#consumers.read(this.monitor.latest);
    return prometheusText({
      db: this.config.redis.db,
      consumers: consumers && {
        ...consumers,
        groups: consumers.groups.filter(({ stream }) => sees === null || sees(stream)),
      },
      snapshot,
      feed: this.feedCounts,
      process: {
        uptimeSeconds: this.uptimeSeconds,
        residentBytes: process.memoryUsage.rss(),
        loopDelay: this.#loopDelay.read(),
      },
      nowMs: Date.now(),
    });
  }

  /** Puts a task on the queue; see `enqueueTask`. Throws `forbidden` and `read_only` as well. */
  async enqueueTask(request: EnqueueRequest): Promise<EnqueuedTask> {
    this.access.demand(request.asker.actor, 'enqueue', this.config.taskStream);
    return enqueueTask(this, request);
  }

  /** One entry with what is masked; see `revealEntry`. Throws `forbidden` as well. */
  async revealEntry(request: RevealRequest): Promise<WireEntry> {
    this.access.demand(request.asker.actor, 'reveal', request.stream);
    return revealEntry(this, request);
  }

  /** What was done, newest first. Throws the codes of a Redis in trouble. */
  async auditPage(query: AuditQuery): Promise<AuditPage> {
    const { acts, next, lookedAt, unreadable } = await this.audited.page(query);
    const as_of = new Date().toISOString();
    return { acts, next, looked_at: lookedAt, unreadable, audit: this.audit.state, as_of };
  }

  /**
   * Ends subscriptions and loops and leaves the dashboard's group tidy. Requests under way keep
   * their connection until `answered` resolves: what they write is answered for.
   */
  async stop(answered: Promise<unknown>): Promise<void> {
    this.#stopping.abort();
    this.access.stop();
    this.monitor.stop();
    this.#loopDelay.stop();
    const historyLeft = this.history.stop();
    await Promise.allSettled(this.#loops);
    if (this.#readsOwnGroup && this.health.state.status === 'up') {
      await this.#groupReader.leave().catch(() => undefined);
    }
    await historyLeft;
    await answered;
    await Promise.all([this.audit.stop(), this.access.learn()]);
    this.health.stop();
    this.#auditing.close();
    this.#counting.close();
    this.streams.close();
    this.#requests.close();
  }

  /** Who may see some streams only shares the statistics with those who may see the same. */
  #statsFor(actor: Actor): StatsFeed {
    const sees = this.access.sees(actor);
    if (sees === null) return this.#stats;
    const key = `${actor.role} ${actor.streams?.join(';') ?? '*'}`;
    let stats = this.#seenStats.get(key);
    if (!stats) {
      if (this.#seenStats.size >= SEEN_STATS_MAX) this.#seenStats.clear();
      stats = new StatsFeed(this.monitor, this.config.streams, sees);
      this.#seenStats.set(key, stats);
    }
    return stats;
  }

  #pacedPages(stream: string, wholeBytesMax?: number): PacedPages {
    const pace = { signal: this.stopping, ...(wholeBytesMax !== undefined && { wholeBytesMax }) };
    return new PacedPages(this.#requests, stream, pace);
  }

  /** The dashboard reads its own group only where the configuration says that it must exist. */
  get #readsOwnGroup(): boolean {
    const { bootstrapGroups, eventStream, dashboardGroup } = this.config;
    return bootstrapGroups[eventStream]?.includes(dashboardGroup) ?? false;
  }

  /** Redis trouble is told once, by the health check; what nobody foresaw is an error each time. */
  #logFailure(loop: string): (error: unknown) => void {
    return (error) => {
      const level = error instanceof DashboardError ? 'debug' : 'error';
      this.log[level]({ loop, error }, 'failed; trying again');
    };
  }

  async #bootstrap(): Promise<void> {
    try {
      const created = await this.streams.ensureGroups(this.config.bootstrapGroups);
      if (created.length > 0) this.log.info({ created }, 'consumer groups created');
    } catch (error) {
      this.log.warn({ error }, 'consumer groups could not be created');
    }
  }
}

/** Statistics kept for those who may see the same streams; there are as many as users have scopes. */
const SEEN_STATS_MAX = 64;

/** Who asks for the live feed, and until when. */
export interface FeedClient {
  transport: Transport;
  actor: Actor;
  signal: AbortSignal;
}

const RUNTIME_KEY = Symbol.for('shield-dashboard.runtime');
const holder = globalThis as { [RUNTIME_KEY]?: Runtime };

/**
 * The process's one runtime. `server.ts` makes it; under `next dev` or `next start`, which know no
 * `server.ts`, the first request does. Next evaluates route modules apart from the server, so it is
 * held on `globalThis`.
 */
export function getRuntime(): Runtime {
  let runtime = holder[RUNTIME_KEY];
  if (!runtime) {
    runtime = new Runtime(parseConfig(process.env));
    holder[RUNTIME_KEY] = runtime;
    runtime.start();
  }
  return runtime;
}
