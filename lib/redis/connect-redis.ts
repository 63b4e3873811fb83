import type { RedisTarget } from '@/lib/config';
import type { ConnectionOptions, RedisConnection } from './connect';
import { ClusterConnection } from './connect-cluster';
import { NodeConnection } from './connect-node';

/** A line to the Redis of the configuration. It connects with its first command, or by `open`. */
export function connectRedis(target: RedisTarget, options: ConnectionOptions): RedisConnection {
  return target.cluster === undefined
    ? new NodeConnection(target, options)
    : new ClusterConnection({ ...target, cluster: target.cluster }, options);
}
