import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createLog } from '@/lib/log';
import { DashboardError } from '@/lib/model/errors';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownRedis } from '@/lib/testing/own-redis';
import { freePort } from '@/scripts/setup/free-port.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import type { RedisConnection } from './connect';

const redis = ownRedis();
/**
 * Longer than any answer takes that does not wait for Redis to come back, on a busy machine too:
 * without our own limits that is more than a minute.
 */
const SOON_MS = 15_000;

/** What an attempt is told: `ok`, or the code; and how long it took. */
async function told(attempt: Promise<unknown>): Promise<{ code: string; ms: number }> {
  const startedMs = performance.now();
  const code = await attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : String(error)),
  );
  return { code, ms: performance.now() - startedMs };
}
const add = (connection: RedisConnection, key: string) =>
  connection.write('XADD', key, '*', 'a', 'b');
const heals = (connection: RedisConnection) =>
  vi.waitFor(() => connection.command('PING'), PATIENT);

describe('a connection', () => {
  it('opens with the first command and carries any bytes both ways', async () => {
    const connection = redis.connect();
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    await connection.write('SET', bytes, bytes.subarray(10));
    const reply = await connection.command('GET', bytes);
    expect(reply).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(bytes.subarray(10)).equals(reply as Buffer)).toBe(true);
    expect(await connection.command('GET', 'absent')).toBeNull();
  });

  it('is waited for by any number of commands', async () => {
    const warnings: Error[] = [];
    const remember = (warning: Error) => warnings.push(warning);
    process.on('warning', remember);
    const connection = redis.connect();
    await Promise.all(Array.from({ length: 50 }, () => connection.command('PING')));
    process.off('warning', remember);
    expect(warnings).toEqual([]);
  });

  it('is named in CLIENT LIST', async () => {
    await redis.connect().command('PING');
    expect(await redis.command('CLIENT', 'LIST')).toMatch(/name=shield-dashboard:test /);
  });

  it('uses the database of the address', async () => {
    await add(redis.connect({ db: 3 }), 'in-three');
    expect(await redis.command('EXISTS', 'in-three')).toBe(0);
    const keys = await redis.connect({ db: 3 }).command('KEYS', '*');
    expect(String(keys)).toBe('in-three');
  });

  it('never falls back to database 0 where its own is refused', async () => {
    const connection = redis.connect({ db: 99 });
    const changes: boolean[] = [];
    connection.onChange((up) => changes.push(up));
    for (let attempt = 0; attempt < 5; attempt++) {
      const refusal = add(connection, 'astray');
      await expect(refusal).rejects.toMatchObject({
        code: 'redis_error',
        message: 'Redis says: ERR DB index is out of range',
      });
      expect(connection.ready).toBe(false);
    }
    expect(changes).not.toContain(true);
    expect(await redis.command('EXISTS', 'astray')).toBe(0);
  });

  it('tells a refusal by Redis apart from a write that may have happened', async () => {
    const connection = redis.connect();
    await redis.command('SET', 'text', 'x');
    expect(await told(add(connection, 'text'))).toMatchObject({ code: 'wrong_type' });
    expect(await told(connection.write('XADD', 'x', '*', 'odd'))).toMatchObject({
      code: 'redis_error',
    });
  });

  it('rejects what is in flight when it is closed', async () => {
    const connection = redis.connect({}, 10_000);
    await connection.command('PING');
    const waiting = told(connection.command('XREAD', 'BLOCK', 10_000, 'STREAMS', 'none', '0'));
    connection.close();
    expect(await waiting).toMatchObject({ code: 'redis_unreachable' });
  });
});

describe('an answer that is lost', () => {
  it('makes a write of unknown outcome that happened once, and is never sent again', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const connection = redis.connect({ port: proxy.port });
    await connection.command('PING');
    proxy.loseAnswerTo('xadd');
    proxy.loseAnswerTo('XADD');
    expect(await told(add(connection, 'lost-answer'))).toMatchObject({ code: 'outcome_unknown' });
    expect(proxy.lost).toBe(1);
    await heals(connection);
    await connection.command('PING');
    expect(await redis.command('XLEN', 'lost-answer')).toBe(1);
  });

  it('makes a read fail with a code that says so, and the next one works', async () => {
    const proxy = redis.closing(await startCuttingProxy(redis.server.port));
    const connection = redis.connect({ port: proxy.port });
    await connection.command('PING');
    proxy.loseAnswerTo('XLEN');
    expect(await told(connection.command('XLEN', 'x'))).toMatchObject({
      code: 'redis_unreachable',
    });
    await heals(connection);
  });
});

describe('Redis away', () => {
  it('fails at once, and nothing is written when it comes back', async () => {
    const connection = redis.connect();
    await connection.command('PING');
    await redis.server.kill();
    await vi.waitFor(() => expect(connection.ready).toBe(false), PATIENT);
    const attempts = await Promise.all(
      Array.from({ length: 20 }, () => told(add(connection, 'away'))),
    );
    for (const { code, ms } of attempts) {
      expect(code).toBe('redis_unreachable');
      expect(ms).toBeLessThan(SOON_MS);
    }
    await redis.server.restart();
    await heals(connection);
    expect(await redis.command('EXISTS', 'away')).toBe(0);
    expect(await told(add(connection, 'away'))).toMatchObject({ code: 'ok' });
  });

  it('is over for whoever asks once Redis is back, however long it was', async () => {
    const connection = redis.connect();
    await connection.command('PING');
    await redis.server.kill();
    // By now retries nobody asked for are seconds apart.
    for (let n = 0; n < 12; n++) {
      expect(await told(connection.command('PING'))).toMatchObject({ code: 'redis_unreachable' });
    }
    await redis.server.restart();
    expect(await told(add(connection, 'back'))).toMatchObject({ code: 'ok' });
  });

  it('is told to those who listen, and so is its return', async () => {
    const connection = redis.connect();
    const changes: boolean[] = [];
    const forget = connection.onChange((up) => changes.push(up));
    await vi.waitFor(() => expect(changes).toEqual([true]), PATIENT);
    await redis.server.restart();
    await vi.waitFor(() => {
      expect(changes).toContain(false);
      expect(changes.at(-1)).toBe(true);
    }, PATIENT);
    forget();
    const before = changes.length;
    await redis.server.restart();
    await heals(connection);
    expect(changes).toHaveLength(before);
  });

  it('from the start is unreachable, and found once it is there', async () => {
    const connection = redis.connect({ port: await freePort() });
    const { code, ms } = await told(connection.command('PING'));
    expect(code).toBe('redis_unreachable');
    expect(ms).toBeLessThan(SOON_MS);
  });
});

describe('Redis stopped in its tracks', () => {
  it('times out in about three seconds, and heals by itself', async () => {
    const connection = redis.connect();
    await connection.command('PING');
    redis.server.suspend();
    const [read, write] = await Promise.all([
      told(connection.command('PING')),
      told(add(connection, 'stopped')),
    ]);
    redis.server.resume();
    expect(read.code).toBe('redis_timeout');
    expect(write.code).toBe('outcome_unknown');
    for (const { ms } of [read, write]) expect(ms).toBeLessThan(SOON_MS);
    await heals(connection);
    // It had reached the socket: it happened once, which is what "unknown" left open.
    expect(await redis.command('XLEN', 'stopped')).toBe(1);
  });

  it('is noticed by a blocking read soon after its block', async () => {
    const connection = redis.connect({}, 100);
    await connection.command('PING');
    redis.server.suspend();
    const read = await told(connection.command('XREAD', 'BLOCK', 100, 'STREAMS', 'none', '0'));
    redis.server.resume();
    expect(['redis_timeout', 'redis_unreachable']).toContain(read.code);
    expect(read.ms).toBeLessThan(SOON_MS);
    await heals(connection);
  });

  it('while connecting does not hold anybody longer than that either', async () => {
    redis.server.suspend();
    const { code, ms } = await told(redis.connect().command('PING'));
    redis.server.resume();
    expect(['redis_timeout', 'redis_unreachable']).toContain(code);
    expect(ms).toBeLessThan(SOON_MS);
  });
});

describe('what is not Redis', () => {
  it('is told as such', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    redis.closing(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = redis.connect({ port: (server.address() as AddressInfo).port });
    expect(await told(add(connection, 'x'))).toMatchObject({ code: 'redis_protocol' });
  });
});

describe('credentials', () => {
  const secrets = { password: 'hunter2', username: undefined };

  /** Everything of a refusal that people or the log get to see. */
  async function refusal(connection: RedisConnection) {
    const lines: string[] = [];
    const error: unknown = await add(connection, 'x').catch((reason: unknown) => reason);
    createLog('info', { write: (line) => lines.push(line) }).error({ error }, 'failed');
    if (!(error instanceof DashboardError)) throw error;
    return { code: error.code, text: `${error.message} ${JSON.stringify(error)} ${lines}` };
  }

  it('that are wrong are told without being repeated', async () => {
    const { code, text } = await refusal(redis.connect(secrets));
    expect(code).toBe('redis_auth_failed');
    expect(text).not.toContain('hunter2');
  });

  it('that are missing are told as well', async () => {
    const { code } = await refusal(redis.connect({ password: undefined }));
    expect(code).toBe('redis_auth_failed');
  });

  it('that were changed are found out, and taken again once they are right', async () => {
    const { password } = redis.server;
    const connection = redis.connect();
    await connection.command('PING');
    await redis.command('CONFIG', 'SET', 'requirepass', 'other');
    await redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await vi.waitFor(async () => {
      expect(await told(connection.command('PING'))).toMatchObject({ code: 'redis_auth_failed' });
    }, PATIENT);
    await redis.command('CONFIG', 'SET', 'requirepass', password);
    await heals(connection);
  });

  it('stand in no message, even where Redis repeats them', async () => {
    const renamed = await startRedisServer({
      password: false,
      args: ['--rename-command', 'AUTH', 'x-auth', '--rename-command', 'HELLO', 'x-hello'],
    });
    const connection = redis.connect({ ...secrets, port: renamed.port });
    const { text } = await refusal(connection).finally(renamed.stop);
    expect(text).toContain("ERR unknown command 'auth'");
    expect(text).not.toContain('hunter2');
  });
});

describe('a Redis that is loading', () => {
  it('says so until it has done', async () => {
    const loading = await startRedisServer({
      args: ['--key-load-delay', '100000', '--loading-process-events-interval-bytes', '1024'],
    });
    try {
      for (let n = 0; n < 200; n++) await loading.command('SET', `key${n}`, randomBytes(4_096));
      await loading.command('SAVE');
      await loading.restart();
      const { password } = loading;
      const connection = redis.connect({ port: loading.port, password });
      expect(await told(connection.command('PING'))).toMatchObject({ code: 'redis_loading' });
      expect(await told(add(connection, 'x'))).toMatchObject({ code: 'redis_loading' });
      // It need not take its twenty seconds.
      await loading.command('CONFIG', 'SET', 'key-load-delay', 0);
      await heals(connection);
      expect(await loading.command('EXISTS', 'x')).toBe(0);
    } finally {
      await loading.stop();
    }
  });
});
