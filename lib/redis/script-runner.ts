import { createHash } from 'node:crypto';
import { DashboardError } from '@/lib/model/errors';
import type { CommandArgument, RedisConnection } from './connect';

const hashes = new Map<string, string>();

/**
 * Runs a Lua script by its hash, and by its text where the server does not know it yet.
 * A script that answers NOSCRIPT has not run, so a write is still made at most once.
 */
export async function runScript(
  connection: RedisConnection,
  script: string,
  keys: CommandArgument[],
  args: CommandArgument[],
  kind: 'command' | 'write' = 'command',
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await connection[kind]('EVALSHA', hashOf(script), ...rest);
  } catch (error) {
    if (!(error instanceof DashboardError) || !error.message.includes('NOSCRIPT')) throw error;
    return await connection[kind]('EVAL', script, ...rest);
  }
}

function hashOf(script: string): string {
  let hash = hashes.get(script);
  if (hash === undefined) {
    hash = createHash('sha1').update(script).digest('hex');
    hashes.set(script, hash);
  }
  return hash;
}
