import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis } from './find-redis.mjs';
import { freePort } from './free-port.mjs';
import { startGuard } from './guard.mjs';
import { spawnGuarded, tailOf } from './guarded-process.mjs';
import { createRespClient } from './resp.mjs';

/** Nobody should come near it: a busy machine may take seconds to load the program. */
const START_DEADLINE_MS = 60_000;
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
 * @property {Promise<import('./guarded-process.mjs').Exit>} exited of the process that runs now
 * @property {(...args: (string | number | Uint8Array)[]) => Promise<import('./resp.mjs').Reply>} command
 *   sends one command; rejects with Redis's own message when Redis answers an error
 * @property {() => Promise<void>} stop ends it and removes its directory; may be called twice
 * @property {() => Promise<void>} kill ends it as a crash would; directory and port are kept
 * @property {() => Promise<void>} restart starts it again: same port, directory
 *   and password; it may still be loading its data
 * @property {() => void} suspend it keeps its connections and answers nothing
 * @property {() => void} resume
 */

/**
 * Starts a real redis-server on 127.0.0.1, persistence off, and waits until it answers.
 * It never outlives this process, however this process ends.
 * @param {RedisServerOptions} [options]
 * @returns {Promise<RedisServer>}
 */
export async function startRedisServer(options = {}) {
  const binary = findRedis();
  if (!binary) throw new Error('Neither redis-server nor valkey-server is on the PATH.');
  const dir = await mkdtemp(join(tmpdir(), 'shield-redis-'));
  const server = new OwnRedisServer(binary, dir, options);
  try {
    await server.startFirst();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** @implements {RedisServer} */
class OwnRedisServer {
  /** @type {import('./guarded-process.mjs').GuardedProcess | undefined} */
  #process;
  #client = createRespClient({ port: 0 });
  #stopped = false;
  #binary;
  #guard;
  #options;
  #logFile;

  /**
   * @param {import('./find-redis.mjs').RedisBinary} binary
   * @param {string} dir
   * @param {RedisServerOptions} options
   */
  constructor(binary, dir, options) {
    this.#binary = binary;
    this.#guard = startGuard(dir);
    this.#options = options;
    this.#logFile = join(dir, 'redis.log');
    this.dir = dir;
    this.port = options.port ?? 0;
    this.password =
      options.password === false ? '' : (options.password ?? randomBytes(18).toString('base64url'));
  }

  get pid() {
    return this.#process?.pid ?? 0;
  }

  get exited() {
    return this.#process?.exited ?? Promise.resolve({ code: null, signal: null });
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
        const taken = /Address already in use/.test(String(error));
        if (!taken || this.#options.port || attempt === PORT_ATTEMPTS_MAX) throw error;
      }
    }
  }

  async #start() {
    const configFile = join(this.dir, 'redis.conf');
    writeFileSync(configFile, this.#config(), { mode: 0o600 });
    const { tls, args = [] } = this.#options;
    this.#process = await spawnGuarded(this.#binary.file, [configFile, ...args], {
      cwd: this.dir,
      argv0: this.#binary.argv0,
      logFile: this.#logFile,
      guard: this.#guard,
    });
    this.#client = createRespClient({
      port: this.port,
      password: this.password,
      ...(tls ? { ca: readFileSync(tls.ca) } : {}),
    });
    await this.#ready(this.#process);
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

  /** @param {import('./guarded-process.mjs').GuardedProcess} process */
  async #ready(process) {
    const deadline = Date.now() + START_DEADLINE_MS;
    const ended = process.exited.then(() => 'it ended');
    let last = '';
    while (last !== 'it ended' && Date.now() < deadline) {
      try {
        // Whoever else holds the port may never answer; the process has then ended.
        const answer = await Promise.race([this.#client.command('INFO', 'server'), ended]);
        // Another Redis may hold the port; the process id tells them apart.
        if (String(answer).includes(`process_id:${process.pid}\r`)) return;
        last = answer === 'it ended' ? answer : 'another Redis answers on this port';
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      await sleep(20);
    }
    await this.#end('SIGKILL');
    throw new Error(
      `${this.#binary.file} did not start on port ${this.port}: ${last}\n${tailOf(this.#logFile, 5)}`,
    );
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    this.#client.close();
    // A suspended process would take the signal only once it runs again.
    this.#process?.signal('SIGCONT');
    await this.#process?.stop(signal);
  }

  stop = async () => {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#end('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
    this.#guard.release();
  };

  kill = () => this.#end('SIGKILL');

  restart = async () => {
    if (this.#stopped) throw new Error('This Redis was stopped and its directory is gone.');
    await this.#end('SIGTERM');
    await this.#start();
  };

  suspend = () => this.#process?.signal('SIGSTOP');

  resume = () => this.#process?.signal('SIGCONT');
}
