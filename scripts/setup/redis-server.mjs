import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath } from './find-on-path.mjs';
import { createRespClient } from './resp.mjs';

const START_DEADLINE_MS = 10_000;
const STOP_GRACE_MS = 2000;
const PORT_ATTEMPTS_MAX = 5;

/**
 * @typedef {object} RedisServerOptions
 * @property {number} [port] default: a free one
 * @property {string | false} [password] default: a random one; `false`: none
 * @property {string[]} [args] further arguments, as on the command line: `['--maxmemory', '10mb']`
 * @property {{ cert: string, key: string, ca: string }} [tls] paths of PEM files; TLS only, then
 */

/**
 * @typedef {object} RedisServer
 * @property {string} url with the password; `rediss://` when it speaks TLS
 * @property {number} port
 * @property {string} password empty when there is none
 * @property {string} dir its temporary directory, with `redis.log` in it
 * @property {number} pid of the process that runs now; another one after `restart`
 * @property {(...args: (string | number | Uint8Array)[]) => Promise<import('./resp.mjs').Reply>} command
 *   sends one command; rejects with Redis's own message when Redis answers an error
 * @property {() => Promise<void>} stop ends it and removes its directory; may be called twice
 * @property {() => Promise<void>} kill ends it as a crash would; directory and port are kept
 * @property {() => Promise<void>} restart starts it again: same port, directory and password
 * @property {() => void} suspend it keeps its connections and answers nothing
 * @property {() => void} resume
 */

/** The binary that `startRedisServer` runs: `REDIS_SERVER_BIN`, or one from the PATH. */
export function redisServerBinary() {
  return process.env.REDIS_SERVER_BIN || findOnPath(['redis-server', 'valkey-server']);
}

/** @returns {Promise<number>} a port of 127.0.0.1 that was free a moment ago */
export async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

/**
 * Starts a real redis-server on 127.0.0.1, persistence off, and waits until it answers.
 * It never outlives this process, however this process ends.
 * @param {RedisServerOptions} [options]
 * @returns {Promise<RedisServer>}
 */
export async function startRedisServer(options = {}) {
  const binary = redisServerBinary();
  if (!binary) throw new Error('Neither redis-server nor valkey-server is on the PATH.');
  const dir = await mkdtemp(join(tmpdir(), 'shield-redis-'));
  const guard = startGuard(dir);
  const server = new OwnRedisServer(binary, dir, guard, options);
  try {
    await server.startFirst();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/**
 * A shell that waits for its standard input to end, which happens when this process is gone,
 * even by SIGKILL, and then ends the Redis and removes its directory.
 * @param {string} dir
 */
function startGuard(dir) {
  const script =
    'trap "" INT HUP TERM; cat >/dev/null; [ -f "$1/pid" ] && kill -KILL "$(cat "$1/pid")"; rm -rf -- "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'redis-guard', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  if (guard.stdin && 'unref' in guard.stdin && typeof guard.stdin.unref === 'function') {
    guard.stdin.unref();
  }
  return guard;
}

/** @implements {RedisServer} */
class OwnRedisServer {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #client = createRespClient({ port: 0 });
  #suspended = false;
  #stopped = false;
  #binary;
  #guard;
  #options;

  /**
   * @param {string} binary
   * @param {string} dir
   * @param {import('node:child_process').ChildProcess} guard
   * @param {RedisServerOptions} options
   */
  constructor(binary, dir, guard, options) {
    this.#binary = binary;
    this.#guard = guard;
    this.#options = options;
    this.dir = dir;
    this.port = options.port ?? 0;
    this.password =
      options.password === false ? '' : (options.password ?? randomBytes(18).toString('base64url'));
  }

  get pid() {
    return this.#child?.pid ?? 0;
  }

  get url() {
    const scheme = this.#options.tls ? 'rediss' : 'redis';
    const login = this.password === '' ? '' : `:${encodeURIComponent(this.password)}@`;
    return `${scheme}://${login}127.0.0.1:${this.port}`;
  }

  /** @type {RedisServer['command']} */
  command = (...args) => this.#client.command(...args);

  /** Between the pick of a free port and the start another process may take it. */
  async startFirst() {
    for (let attempt = 1; ; attempt += 1) {
      this.port = this.#options.port ?? (await freePort());
      try {
        return await this.#start();
      } catch (error) {
        const taken = /Address already in use/.test(this.#log());
        if (!taken || this.#options.port || attempt === PORT_ATTEMPTS_MAX) throw error;
      }
    }
  }

  async #start() {
    writeFileSync(join(this.dir, 'redis.conf'), this.#config(), { mode: 0o600 });
    const log = openSync(join(this.dir, 'redis.log'), 'w');
    const child = spawn(
      this.#binary,
      [join(this.dir, 'redis.conf'), ...(this.#options.args ?? [])],
      // Its own process group: the Ctrl-C of a terminal is for us, who then end it in order.
      { cwd: this.dir, detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.#child = child;
    this.#suspended = false;
    if (child.pid) writeFileSync(join(this.dir, 'pid'), String(child.pid));
    await once(child, 'spawn');
    child.unref();
    const { tls } = this.#options;
    this.#client = createRespClient({
      port: this.port,
      password: this.password,
      ...(tls ? { ca: readFileSync(tls.ca) } : {}),
    });
    await this.#ready(child);
  }

  #config() {
    const { tls } = this.#options;
    const lines = [
      'bind 127.0.0.1',
      'daemonize no',
      'save ""',
      'appendonly no',
      `dir ${JSON.stringify(this.dir)}`,
      `port ${tls ? 0 : this.port}`,
    ];
    if (this.password !== '') lines.push(`requirepass ${JSON.stringify(this.password)}`);
    if (tls) {
      lines.push(
        `tls-port ${this.port}`,
        'tls-auth-clients no',
        `tls-cert-file ${JSON.stringify(tls.cert)}`,
        `tls-key-file ${JSON.stringify(tls.key)}`,
        `tls-ca-cert-file ${JSON.stringify(tls.ca)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }

  #log() {
    try {
      return readFileSync(join(this.dir, 'redis.log'), 'utf8');
    } catch {
      return '';
    }
  }

  /** @param {import('node:child_process').ChildProcess} child */
  async #ready(child) {
    const deadline = Date.now() + START_DEADLINE_MS;
    const ended = once(child, 'exit').then(() => 'it ended');
    let last = 'it ended';
    while (Date.now() < deadline) {
      if (hasEnded(child)) break;
      try {
        const info = String(
          // Whoever else holds the port may never answer; the child has then ended.
          await Promise.race([this.#client.command('INFO', 'server'), ended]),
        );
        // Another Redis may hold the port; the process id tells them apart.
        if (info.includes(`process_id:${child.pid}\r`)) return;
        last = info === 'it ended' ? info : 'another Redis answers on this port';
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      await sleep(20);
    }
    await this.#end('SIGKILL');
    const tail = this.#log().trim().split('\n').slice(-5).join('\n');
    throw new Error(`${this.#binary} did not start on port ${this.port}: ${last}\n${tail}`);
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    this.#client.close();
    const child = this.#child;
    if (child?.pid !== undefined && !hasEnded(child)) {
      child.ref();
      const ended = once(child, 'exit');
      if (this.#suspended) child.kill('SIGCONT');
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      await ended;
      clearTimeout(timer);
    }
    this.#suspended = false;
    rmSync(join(this.dir, 'pid'), { force: true });
  }

  stop = async () => {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#end('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
    this.#guard.kill('SIGKILL');
  };

  kill = () => this.#end('SIGKILL');

  restart = async () => {
    if (this.#stopped) throw new Error('This Redis was stopped and its directory is gone.');
    await this.#end('SIGTERM');
    await this.#start();
  };

  suspend = () => {
    this.#suspended = this.#child?.kill('SIGSTOP') ?? false;
  };

  resume = () => {
    this.#suspended = false;
    this.#child?.kill('SIGCONT');
  };
}

/** @param {import('node:child_process').ChildProcess} child */
function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}
