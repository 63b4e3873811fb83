import type { Config, RedisTarget } from '@/lib/config';
import { DashboardError, type ErrorCode } from '@/lib/model/errors';
import type { RedisConnection } from '@/lib/redis/connect';
import { connectRedis } from '@/lib/redis/connect-redis';
import { readStreamInfo } from '@/lib/redis/stream-info';
import type { Report } from './report';
import { missingRights } from './rights';

const VERSION_MIN = [6, 2] as const;

/** Whether Redis can be reached and entered, is new enough, lets us work and has what we need. */
export async function checkRedis(config: Config, report: Report): Promise<void> {
  const redis = connectRedis(config.redis, { name: 'doctor' });
  try {
    const place = `${config.redis.host}:${config.redis.port}`;
    if (!(await checkConnection(redis, config.redis, place, report))) return;
    await checkVersion(redis, report);
    const missing = await missingRights(redis, config);
    report(
      missing.length === 0,
      missing.length === 0
        ? 'The Redis user has every right that is needed'
        : `The Redis user lacks rights: ${missing.join(', ')}`,
      `As an administrator: ${grant(config)}`,
    );
    for (const stream of config.streams) await checkStream(redis, config, stream, report);
    await checkAudit(redis, config, report);
  } finally {
    redis.close();
  }
}

/** The command that gives what is needed, and nothing that is not. */
function grant({ redis, streams, audit, revokedStream }: Config): string {
  const own = 'shield-dashboard:';
  const named = [audit.stream, revokedStream].filter((stream) => !stream.startsWith(own));
  const keys = [...streams, ...named, `${own}*`].map((key) => `~${key}`).join(' ');
  const special = [
    // Redis 6.2 does not count SELECT among @connection, nor ASKING.
    redis.db === 0 ? '' : ' +select',
    redis.cluster ? ' +cluster|slots +cluster|info +asking' : '',
  ];
  return (
    `ACL SETUSER ${redis.username ?? 'default'} ${keys} +@read +@stream +@connection ` +
    `+eval +evalsha +info +set +setrange +hset +pexpireat +time${special.join('')}`
  );
}

async function checkConnection(
  redis: RedisConnection,
  target: RedisTarget,
  place: string,
  report: Report,
): Promise<boolean> {
  try {
    await redis.check();
    report(true, `Redis answers at ${place}${target.tls ? ' over TLS' : ''}`, '');
    return true;
  } catch (error) {
    if (!(error instanceof DashboardError)) throw error;
    // A user without PING has entered all the same; one who may not ask for the nodes has not.
    if (error.code === 'redis_permission_denied' && !target.cluster) return true;
    const cure = CURES[error.code] ?? 'See the log of Redis.';
    report(false, `Redis at ${place}: ${error.message}`, cure);
    return false;
  }
}

const CURES: Partial<Record<ErrorCode, string>> = {
  redis_unreachable:
    'Start Redis there, or mend host and port in REDIS_URL. Redis with TLS wants rediss://, ' +
    'and REDIS_CA_FILE where its certificate is signed by your own authority.',
  redis_auth_failed:
    'Mend user and password in REDIS_URL: redis://user:password@host:port; special characters percent-encoded.',
  redis_permission_denied:
    'As an administrator, on every node: ACL SETUSER … +cluster|slots +cluster|info +asking',
  redis_is_cluster:
    'Set REDIS_CLUSTER=true; REDIS_URL may name several nodes, separated by commas.',
  redis_not_cluster: 'Unset REDIS_CLUSTER, or name nodes of the cluster in REDIS_URL.',
  redis_cluster_down: 'See what redis-cli --cluster check says of it.',
  redis_loading: 'Redis is reading its data: wait until it is done.',
  redis_timeout: 'Something listens there and does not answer as Redis: check host and port.',
};

async function checkVersion(redis: RedisConnection, report: Report): Promise<void> {
  const info = await redis.command('INFO', 'server').catch(() => null);
  const text = info instanceof Uint8Array ? new TextDecoder().decode(info) : '';
  const version = /redis_version:(\d+)\.(\d+)(\S*)/.exec(text);
  if (!version) return;
  const [, major = '0', minor = '0', rest = ''] = version;
  const [majorMin, minorMin] = VERSION_MIN;
  const enough =
    Number(major) > majorMin || (Number(major) === majorMin && Number(minor) >= minorMin);
  report(
    enough,
    `Redis ${major}.${minor}${rest}`,
    `Redis ${majorMin}.${minorMin} or newer is needed: upgrade it.`,
  );
}

/** Whether what is done can be recorded; rights are looked at before. */
async function checkAudit(
  redis: RedisConnection,
  { audit: { stream } }: Config,
  report: Report,
): Promise<void> {
  const info = await readStreamInfo(redis, stream).catch(() => null);
  const ok = info !== 'wrong_type';
  report(
    ok,
    ok ? `What is done is recorded in ${stream}` : `The key ${stream} is no stream: no audit`,
    'Name another stream in AUDIT_STREAM, or remove the key if it does not belong there.',
  );
}

async function checkStream(
  redis: RedisConnection,
  config: Config,
  stream: string,
  report: Report,
): Promise<void> {
  const groups = config.bootstrapGroups[stream] ?? [];
  const create = (group: string) => `redis-cli XGROUP CREATE ${stream} ${group} $ MKSTREAM`;
  const info = await readStreamInfo(redis, stream).catch(() => null);
  if (info === null) return;
  if (info === 'wrong_type') {
    report(false, `The key ${stream} is no stream`, `Look what it is: redis-cli TYPE ${stream}`);
    return;
  }
  const present = info === 'absent' ? [] : info.groups.map(({ name }) => name);
  const missing = groups.filter((group) => !present.includes(group));
  if (info === 'absent' && groups.length === 0) {
    report(
      false,
      `There is no stream ${stream}`,
      `Add to it: redis-cli XADD ${stream} '*' field value`,
    );
    return;
  }
  report(
    missing.length === 0,
    missing.length === 0
      ? `The stream ${stream} has its consumer groups`
      : `The stream ${stream} lacks consumer groups: ${missing.join(', ')}`,
    `Start the dashboard, which makes them, or:\n${missing.map(create).join('\n')}`,
  );
}
