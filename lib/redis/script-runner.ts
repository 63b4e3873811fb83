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
  const byHash = () => connection[kind]('EVALSHA', hashOf(script), ...rest);
  const byText = () => connection[kind]('EVAL', script, ...rest);
  try {
    return await byHash();
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
  }
  // Hundreds may find out at once: one sends the text, the others wait and go by the hash again.
  const loading = loadingOn(connection);
  const first = loading.get(script);
  if (first === undefined) {
    const running = byText();
    loading.set(
      script,
      running.then(noted, noted).then(() => loading.delete(script)),
    );
    return await running;
  }
  await first;
  try {
    return await byHash();
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return await byText();
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof DashboardError && error.message.includes('NOSCRIPT');
}

/** Scripts whose text is on its way, by connection: servers do not share them. */
const loadings = new WeakMap<RedisConnection, Map<string, Promise<unknown>>>();

function loadingOn(connection: RedisConnection): Map<string, Promise<unknown>> {
  const known = loadings.get(connection) ?? new Map<string, Promise<unknown>>();
  loadings.set(connection, known);
  return known;
}

function noted(): void {}

function hashOf(script: string): string {
  let hash = hashes.get(script);
  if (hash === undefined) {
    hash = createHash('sha1').update(script).digest('hex');
    hashes.set(script, hash);
  }
  return hash;
}
