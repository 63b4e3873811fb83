import { gzipSync } from 'node:zlib';
import { startDashboard } from './setup/dashboard-process.mjs';
import { findRedis } from './setup/find-redis.mjs';
import { isMain, runMain } from './setup/main.mjs';
import { startRedisServer } from './setup/redis-server.mjs';

const LIMIT_BYTES = 250_000;

/**
 * The scripts a page's HTML makes a browser load. Those for browsers without modules are not
 * loaded by any that can show this page.
 * @param {string} html
 * @returns {string[]} paths
 */
export function scriptsOf(html) {
  const tags = html.match(/<script\b[^>]*>/gi) ?? [];
  const sources = tags
    .filter((tag) => !/\snomodule\b/i.test(tag))
    .map((tag) => /\ssrc="([^"]+)"/i.exec(tag)?.[1]?.replaceAll('&amp;', '&'));
  return [...new Set(sources.filter((source) => source !== undefined))];
}

/**
 * @param {string} page its full address
 * @returns {Promise<{ scripts: number, bytes: number }>} bytes after gzip
 */
export async function measureFirstLoad(page) {
  const response = await fetch(page);
  if (!response.ok) throw new Error(`${page} answered ${response.status}`);
  const sources = scriptsOf(await response.text());
  if (sources.length === 0) throw new Error(`${page} names no script at all`);
  let bytes = 0;
  for (const source of sources) {
    const script = await fetch(new URL(source, page));
    if (!script.ok) throw new Error(`${source} answered ${script.status}`);
    bytes += gzipSync(Buffer.from(await script.arrayBuffer())).length;
  }
  return { scripts: sources.length, bytes };
}

/**
 * Measures `/` of the built server, on a Redis of its own where one is installed, so that the
 * page is the one an operator sees. Prints the size.
 * @returns {Promise<boolean>} whether it is within the limit
 */
export async function checkFirstLoad() {
  const redis = findRedis() ? await startRedisServer() : undefined;
  const dashboard = await startDashboard(redis ? { redisUrl: redis.url } : {}).catch(
    async (error) => {
      await redis?.stop();
      throw error;
    },
  );
  try {
    const { scripts, bytes } = await measureFirstLoad(`${dashboard.url}/`);
    const isWithin = bytes <= LIMIT_BYTES;
    console.log(
      `First-load JavaScript of /: ${(bytes / 1000).toFixed(1)} kB gzipped in ${scripts} scripts ` +
        `(limit ${LIMIT_BYTES / 1000} kB)${isWithin ? '' : ': too much'}`,
    );
    return isWithin;
  } finally {
    await dashboard.stop();
    await redis?.stop();
  }
}

if (isMain(import.meta.url)) {
  await runMain(async () => ((await checkFirstLoad()) ? 0 : 1));
}
