import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { test as base, expect, vi } from 'vitest';
import { startRedisServer } from '../setup/redis-server.mjs';
import { encodeCommand } from '../setup/resp.mjs';

const SCRIPT = fileURLToPath(new URL('../orchestrator.mjs', import.meta.url));
export const QUEUE = 'shield:ingestion_queue';
export const EVENTS = 'shield:events';
const PATIENT = { timeout: 60_000, interval: 20 };

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

/** @param {unknown[]} fields */
export const namesOf = (fields) => fields.filter((_, index) => index % 2 === 0);

/** @param {() => Promise<void>} check */
export const eventually = (check) => vi.waitFor(check, { timeout: 80_000, interval: 50 });

/** A Redis of one test, and the orchestrators that play on it. */
class Stage {
  /** @type {import('node:child_process').ChildProcess[]} */
  #playing = [];

  /** @param {import('../setup/redis-server.mjs').RedisServer} redis */
  constructor(redis) {
    this.redis = redis;
  }

  /** @param {string[]} flags */
  play = (...flags) => {
    const child = spawn(process.execPath, [SCRIPT, '--seed', '11', ...flags], {
      env: { ...process.env, REDIS_URL: this.redis.url },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    this.#playing.push(child);
    return { child, exited: once(child, 'exit'), output: () => output };
  };

  /** @param {string} stream @param {string} group */
  group = async (stream, group) => {
    const groups = /** @type {unknown[]} */ (await this.redis.command('XINFO', 'GROUPS', stream));
    return groups.map(record).find(({ name }) => name === group) ?? {};
  };

  /** @param {string} stream @returns {Promise<{ id: string, fields: unknown[] }[]>} */
  entries = async (stream) => {
    const answer = /** @type {[string, unknown[]][]} */ (
      await this.redis.command('XRANGE', stream, '-', '+')
    );
    return answer.map(([id, fields]) => ({ id, fields }));
  };

  /** @param {string} command @returns {Promise<number>} how often Redis was given it */
  calls = async (command) => {
    const stats = String(await this.redis.command('INFO', 'commandstats'));
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };

  /** Records what Redis is told, through MONITOR, on a connection of its own. */
  startMonitor = async () => {
    const socket = connect(this.redis.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.write(encodeCommand(['AUTH', this.redis.password]));
    socket.write(encodeCommand(['MONITOR']));
    await vi.waitFor(() => expect(text).toContain('+OK\r\n+OK\r\n'), PATIENT);
    return {
      stop: async () => {
        await this.redis.command('ECHO', 'the end of the monitor');
        await vi.waitFor(() => expect(text).toContain('the end of the monitor'), PATIENT);
        socket.destroy();
        return text.split('\r\n').map((line) => line.replace(/^\+[\d.]+ \[[^\]]*\] /, ''));
      },
    };
  };

  async end() {
    for (const child of this.#playing) child.kill('SIGKILL');
    await this.redis.stop();
  }
}

/** Each test has a stage of its own: those that wait may do so side by side. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the destructuring
  stage: async ({}, /** @type {(stage: Stage) => Promise<void>} */ use) => {
    const stage = new Stage(await startRedisServer());
    await use(stage);
    await stage.end();
  },
});
