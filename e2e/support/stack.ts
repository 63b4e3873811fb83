import { type DashboardOptions, startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { type RedisServerOptions, startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { eventually } from './eventually';

export type RedisServer = Awaited<ReturnType<typeof startRedisServer>>;
export type DashboardProcess = Awaited<ReturnType<typeof startDashboard>>;

/** The built server on a Redis of its own. */
export interface Stack {
  redis: RedisServer;
  dashboard: DashboardProcess;
  /** The dashboard's address, without a slash at its end. */
  base: string;
  stop: () => Promise<void>;
}

/** A Redis that keeps its data when it is stopped and started again. */
export const PERSISTENT = ['--appendonly', 'yes', '--appendfsync', 'always'];

export async function startStack(
  options: { redis?: RedisServerOptions; dashboard?: DashboardOptions } = {},
): Promise<Stack> {
  const redis = await startRedisServer(options.redis);
  try {
    const dashboard = await startDashboard({ redisUrl: redis.url, ...options.dashboard });
    const stop = async () => {
      await dashboard.stop();
      await redis.stop();
    };
    return { redis, dashboard, base: dashboard.url, stop };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

/** Starts Redis again and waits until its data is loaded. */
export async function restartRedis(redis: RedisServer): Promise<void> {
  await redis.restart();
  await eventually(() => redis.command('PING'));
}

/** Runs `work` while the dashboard's process stands still, its connections open. */
export async function whileSuspended<T>(
  dashboard: DashboardProcess,
  work: () => Promise<T>,
): Promise<T> {
  process.kill(dashboard.pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(dashboard.pid, 'SIGCONT');
  }
}
