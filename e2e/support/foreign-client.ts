import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '@/scripts/setup/repository.mjs';
import type { RedisServer } from './stack';

const SCRIPT = join(REPOSITORY, 'e2e', 'support', 'foreign-client.py');

/** False where there is no Python to play the foreign side with. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;
export const NO_PYTHON = 'no python3 on the PATH';

/** Runs `foreign-client.py`; gives what it printed. */
export async function runForeignClient(redis: RedisServer, ...args: string[]): Promise<unknown> {
  const env = { ...process.env, REDIS_PORT: String(redis.port), REDIS_PASSWORD: redis.password };
  const { stdout } = await promisify(execFile)('python3', [SCRIPT, ...args], { env });
  return JSON.parse(stdout);
}
