import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { startRedisServer } from '../setup/redis-server.mjs';
import { encodeCommand } from '../setup/resp.mjs';

const SCRIPT = fileURLToPath(new URL('../orchestrator.mjs', import.meta.url));
export const QUEUE = 'shield:ingestion_queue';
export const EVENTS = 'shield:events';

/** @type {import('../setup/redis-server.mjs').RedisServer} a new one for each test */
export let redis;
/** @type {import('node:child_process').ChildProcess[]} */
let playing = [];

beforeEach(async () => {
  redis = await startRedisServer();
});

afterEach(async () => {
  for (const child of playing) child.kill('SIGKILL');
  playing = [];
  await redis.stop();
});

/** @param {string[]} flags */
export function play(...flags) {
  const child = spawn(process.execPath, [SCRIPT, '--seed', '11', ...flags], {
    env: { ...process.env, REDIS_URL: redis.url },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  playing.push(child);
  return { child, exited: once(child, 'exit'), output: () => output };
}

/**
 * @param {unknown} flat `[name, value, name, value, …]`
 * @returns {Record<string, unknown>}
 */
export function record(flat) {
  const list = Array.isArray(flat) ? flat : [];
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1]]] : [])),
  );
}

/** @param {string} stream @param {string} group */
export async function group(stream, group) {
  const groups = /** @type {unknown[]} */ (await redis.command('XINFO', 'GROUPS', stream));
  return groups.map(record).find(({ name }) => name === group) ?? {};
}

/** @param {string} stream @returns {Promise<{ id: string, fields: unknown[] }[]>} */
export async function entries(stream) {
  const answer = /** @type {[string, unknown[]][]} */ (
    await redis.command('XRANGE', stream, '-', '+')
  );
  return answer.map(([id, fields]) => ({ id, fields }));
}

/** @param {unknown[]} fields */
export const namesOf = (fields) => fields.filter((_, index) => index % 2 === 0);

/** @param {() => Promise<void>} check */
export const eventually = (check) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

/** @param {string} command @returns {Promise<number>} how often Redis was given it */
export async function calls(command) {
  const stats = String(await redis.command('INFO', 'commandstats'));
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

/** Records what Redis is told, through MONITOR, on a connection of its own. */
export async function startMonitor() {
  const socket = connect(redis.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(encodeCommand(['AUTH', redis.password]));
  socket.write(encodeCommand(['MONITOR']));
  await vi.waitFor(() => expect(text).toContain('+OK\r\n+OK\r\n'));
  return {
    async stop() {
      await redis.command('ECHO', 'the end of the monitor');
      await vi.waitFor(() => expect(text).toContain('the end of the monitor'));
      socket.destroy();
      return text.split('\r\n').map((line) => line.replace(/^\+[\d.]+ \[[^\]]*\] /, ''));
    },
  };
}
