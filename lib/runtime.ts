import type { Logger } from 'pino';
import { Access } from '@/lib/access/access';
import { type EnqueueRequest, enqueueTask } from '@/lib/actions/enqueue-task';
import { type RevealRequest, revealEntry } from '@/lib/actions/reveal-entry';
import { AuditReader } from '@/lib/audit/audit-reader';
import { AuditTrail } from '@/lib/audit/audit-trail';
import { type Config, parseConfig } from '@/lib/config';
import { HistoryScans } from '@/lib/feed/history-scans';
import { PacedPages } from '@/lib/feed/paced-pages';
import { OpenAnswers } from '@/lib/http/open-answers';
import { REQUEST_ID_HEADER } from '@/lib/http/respond';
import type { TextStreamOptions } from '@/lib/http/text-stream';
import { createLog, logInfoJson } from '@/lib/log';
import type { Actor } from '@/lib/model/actor';
import type { AuditPage, AuditQuery } from '@/lib/model/audit-page';
import type { WireEntry } from '@/lib/model/entry';
import { DashboardError } from '@/lib/model/errors';
import type { EnqueuedTask } from '@/lib/model/task';
import { ConsumerReadings } from '@/lib/monitor/consumer-readings';
import { EventCounts } from '@/lib/monitor/event-counts';
import { GroupDetails } from '@/lib/monitor/group-details';
import { History } from '@/lib/monitor/history';
import { JobDetails } from '@/lib/monitor/job-details';
import { JobTasks } from '@/lib/monitor/job-tasks';
import { Jobs } from '@/lib/monitor/jobs';
import { Sampler } from '@/lib/monitor/sampler';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import { EntryPages } from '@/lib/redis/entry-pages';
import { GroupPages } from '@/lib/redis/group-pages';
import { RedisHealth } from '@/lib/redis/health';
import { PendingPages } from '@/lib/redis/pending-pages';
import { RevocationStream } from '@/lib/redis/revocation-stream';
import { RedisStreamsClient } from '@/lib/redis/streams-client';
import { LiveFeed } from '@/lib/runtime/live-feed';
import { OwnGroup, readsOwnGroup } from '@/lib/runtime/own-group';
import { Standing } from '@/lib/runtime/standing';

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
  readonly feed: LiveFeed;
  readonly standing: Standing;
  readonly startedMs = performance.now();
  /** Set by `server.ts`; under Next alone an address is what the client claims. */
  knowsAddresses = false;
  readonly #requests: RedisConnection;
  readonly #auditing: RedisConnection;
  readonly #ownGroup: OwnGroup;
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
        isRead: readsOwnGroup(config),
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
    this.feed = new LiveFeed({
      config,
      access: this.access,
      requests: this.#requests,
      health: this.health,
      monitor: this.monitor,
      stopping: this.stopping,
      own: this,
      onFailure: this.#logFailure('reader'),
    });
    this.jobs = new Jobs({
      redis: this.#requests,
      stream: config.eventStream,
      source: this.feed.events,
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
    this.standing = new Standing({
      config,
      access: this.access,
      monitor: this.monitor,
      feed: this.feed,
      consumers: new ConsumerReadings(groups, config.metricsConsumersMax),
      own: this,
    });
    this.#ownGroup = new OwnGroup({
      config,
      log: this.log,
      health: this.health,
      streams: this.streams,
      counting: this.eventCounts,
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
      void this.#ownGroup.bootstrap();
    });
    this.health.start();
    this.standing.start();
    this.history.start();
    this.#loops = [this.feed.run(), this.#ownGroup.run(this.stopping, this.feed.events)];
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

  /** A line of the access log; its fields are JSON without braces. */
  logRequest(fields: string): void {
    logInfoJson(this.log, fields, 'request');
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
    this.standing.stop();
    const historyLeft = this.history.stop();
    await Promise.allSettled(this.#loops);
    await this.#ownGroup.leave();
    await historyLeft;
    await answered;
    await Promise.all([this.audit.stop(), this.access.learn()]);
    this.health.stop();
    this.#auditing.close();
    this.#ownGroup.close();
    this.streams.close();
    this.#requests.close();
  }

  #pacedPages(stream: string, wholeBytesMax?: number): PacedPages {
    const pace = { signal: this.stopping, ...(wholeBytesMax !== undefined && { wholeBytesMax }) };
    return new PacedPages(this.#requests, stream, pace);
  }

  /** Redis trouble is told once, by the health check; what nobody foresaw is an error each time. */
  #logFailure(loop: string): (error: unknown) => void {
    return (error) => {
      const level = error instanceof DashboardError ? 'debug' : 'error';
      this.log[level]({ loop, error }, 'failed; trying again');
    };
  }
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
