import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundle } from '../scripts/setup/bundle-server.mjs';
import { runMain } from '../scripts/setup/main.mjs';
import { startRedisServer } from '../scripts/setup/redis-server.mjs';
import { REPOSITORY } from '../scripts/setup/repository.mjs';

const BUNDLE = 'node_modules/.cache/bench-read-week.mjs';

/** What an answer of seven days costs the process that gives it, on a Redis of its own. */
async function main() {
  await build(bundle('bench/history/read-week.ts', BUNDLE));
  const { readWeek } = await import(pathToFileURL(join(REPOSITORY, BUNDLE)).href);
  const redis = await startRedisServer();
  try {
    await readWeek(redis.url);
  } finally {
    await redis.stop();
  }
  return 0;
}

await runMain(main);
