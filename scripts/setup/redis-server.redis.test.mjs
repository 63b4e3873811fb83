import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startRedisServer } from './redis-server.mjs';
import { createRespClient } from './resp.mjs';

/** @type {import('./redis-server.mjs').RedisServer[]} */
const started = [];

/** @param {import('./redis-server.mjs').RedisServerOptions} [options] */
async function start(options) {
  const server = await startRedisServer(options);
  started.push(server);
  return server;
}

/**
 * In a container nobody may reap an orphan: what is left of it is no process any more.
 * @param {number} pid
 */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return (
      !existsSync('/proc/self/stat') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    );
  } catch {
    return false;
  }
}

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

describe('startRedisServer', () => {
  test('asks for its password and keeps nothing on disk', async () => {
    const redis = await start();
    expect(redis.url).toBe(`redis://:${redis.password}@127.0.0.1:${redis.port}`);
    expect(await redis.command('CONFIG', 'GET', 'save')).toEqual(['save', '']);
    const open = await start({ password: false });
    expect(open.url).toBe(`redis://127.0.0.1:${open.port}`);
    await expect(open.command('AUTH', 'x')).rejects.toThrow(/without any password/);
    const stranger = createRespClient({ port: redis.port });
    await expect(stranger.command('PING')).rejects.toThrow(/NOAUTH/);
    stranger.close();
  });

  test('commands are binary-safe, in order, and large answers arrive whole', async () => {
    const redis = await start();
    const big = Buffer.alloc(3_000_000, 0xff);
    const [, value, number] = await Promise.all([
      redis.command('SET', 'big', big),
      redis.command('GET', 'big'),
      redis.command('INCR', 'n'),
    ]);
    expect(big.equals(/** @type {Buffer} */ (value))).toBe(true);
    expect(number).toBe(1);
    await expect(redis.command('INCR', 'big')).rejects.toThrow(/not an integer/);
    expect(await redis.command('GET', 'absent')).toBeNull();
  });

  test('stop leaves no process and no directory, suspended or not', async () => {
    const redis = await start();
    const suspended = await start();
    suspended.suspend();
    await Promise.all([redis.stop(), suspended.stop(), suspended.stop()]);
    for (const server of [redis, suspended]) {
      expect(isAlive(server.pid)).toBe(false);
      expect(existsSync(server.dir)).toBe(false);
    }
  });

  test('kill keeps port and directory, restart brings back what was persisted', async () => {
    const redis = await start({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const { pid, port } = redis;
    await redis.command('SET', 'kept', 'yes');
    await redis.kill();
    expect(isAlive(pid)).toBe(false);
    await expect(redis.command('PING')).rejects.toThrow(/ECONNREFUSED/);
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    // It answers as soon as it runs, and with this once its data is loaded.
    await vi.waitFor(async () => expect(await redis.command('GET', 'kept')).toBe('yes'), 10_000);
  });

  test('suspended it answers nothing, resumed it answers what was asked', async () => {
    const redis = await start();
    await redis.command('PING');
    redis.suspend();
    const answer = redis.command('PING');
    expect(await Promise.race([answer, sleep(100, 'nothing')])).toBe('nothing');
    redis.resume();
    expect(await answer).toBe('PONG');
  });

  test('a port that is taken is said, and nothing is left', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startRedisServer({ port })).rejects.toThrow(/Address already in use/);
    other.close();
  });

  test('a binary that does not exist is said', async () => {
    vi.stubEnv('REDIS_SERVER_BIN', '/no/such/redis-server');
    await expect(startRedisServer()).rejects.toThrow(/no\/such\/redis-server.*ENOENT/s);
  });

  test('a process that is killed takes its Redis with it', async () => {
    const module = fileURLToPath(new URL('./redis-server.mjs', import.meta.url));
    const code = `
      import { startRedisServer } from ${JSON.stringify(module)};
      const { pid, dir } = await startRedisServer();
      console.log(JSON.stringify({ pid, dir }));
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code]);
    const [line] = await once(owner.stdout, 'data');
    const { pid, dir } = JSON.parse(String(line));
    expect(readFileSync(`${dir}/redis.conf`, 'utf8')).toContain('requirepass');
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect([isAlive(pid), existsSync(dir)]).toEqual([false, false]), 20_000);
  });
});
