import { describe, expect, it, vi } from 'vitest';
import { parseConfig } from '@/lib/config';
import { DashboardError } from '@/lib/model/errors';
import { StreamFinder } from '@/lib/monitor/stream-finder';
import { startCuttingProxy } from '@/lib/testing/cutting-proxy';
import { PATIENT } from '@/lib/testing/live-feed';
import { ownCluster } from '@/lib/testing/own-cluster';
import { freePort } from '@/scripts/setup/free-port.mjs';
import { startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { slotOfKey } from './cluster-slots';
import type { RedisConnection } from './connect';
import { connectRedis } from './connect-redis';
import { runScript } from './script-runner';
import { RedisStreamsClient } from './streams-client';

const own = ownCluster();
const EACH = [0, 1, 2];

/** What an attempt is told: `ok`, or the code. */
const told = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof DashboardError ? error.code : String(error)),
  );
const add = (connection: RedisConnection, key: string) =>
  connection.write('XADD', key, '*', 'a', 'b');
const length = (key: string) => own.command('XLEN', key);
const isWell = (connection: RedisConnection) =>
  vi.waitFor(async () => expect(await told(connection.check())).toBe('ok'), PATIENT);

/** Moves a slot as redis-cli does while `during` runs between its beginning and its end. */
async function whileMoving(key: string, [from, to]: [number, number], during: () => Promise<void>) {
  const [source, target] = [own.master(from), own.master(to)];
  await own.beginMove(slotOfKey(key), source, target);
  await during();
  await own.endMove(slotOfKey(key), target);
}

describe('a connection to a cluster', () => {
  it('sends each command to the node that has its key', async () => {
    const connection = own.connect();
    const names = EACH.map((at) => own.nameOn(at));
    for (const name of names) await add(connection, name);
    for (const [at, name] of names.entries()) {
      expect(await own.master(at).command('XLEN', name)).toBe(1);
      expect(Number(await connection.command('XLEN', name))).toBe(1);
    }
    // Nobody was sent elsewhere: the map was right, for text and for bytes.
    const bytes = Uint8Array.of(0xff, 0x7d, 0x00);
    await connection.write('SET', bytes, bytes);
    expect(await connection.command('GET', bytes)).toEqual(Buffer.from(bytes));
    for (const { command } of own.nodes) {
      expect(String(await command('INFO', 'errorstats'))).not.toContain('MOVED');
    }
  });

  it('runs a script where its keys are, on a node that does not know it yet too', async () => {
    const connection = own.connect();
    const script = "return redis.call('SET', KEYS[1], ARGV[1])";
    for (const at of EACH) {
      const name = own.nameOn(at);
      await runScript(connection, script, [name], ['x'], 'write');
      expect(await own.master(at).command('GET', name)).toBe('x');
    }
  });

  it('has any node answer what is about no key', async () => {
    expect(String(await own.connect().command('PING'))).toBe('PONG');
    expect(String(await own.connect().command('INFO', 'server'))).toMatch(/_mode:cluster/);
  });

  it('is named on every node it talks to', async () => {
    const connection = own.connect();
    for (const at of EACH) await connection.command('XLEN', own.nameOn(at));
    for (const at of EACH) {
      const clients = await own.master(at).command('CLIENT', 'LIST');
      expect(clients).toMatch(/name=shield-dashboard:test /);
    }
  });

  it('finds the cluster by any of the nodes it was told', async () => {
    const { password } = own.cluster;
    const seeds = [await freePort(), own.master(1).port].map((port) => ({
      host: '127.0.0.1',
      port,
    }));
    const connection = own.connect({ cluster: { seeds }, password });
    expect(await told(add(connection, own.nameOn(2)))).toBe('ok');
  });

  it('refuses what is sent after it was closed', async () => {
    const connection = own.connect();
    await connection.command('PING');
    const waiting = told(
      own.connect({}, 9_000).command('XREAD', 'BLOCK', 9_000, 'STREAMS', own.nameOn(0), '$'),
    );
    connection.close();
    expect(await told(connection.command('PING'))).toBe('redis_unreachable');
    own.closeAll();
    expect(await waiting).toBe('redis_unreachable');
  });
});

describe('streams on a cluster', () => {
  it('are all found, whichever node has them', async () => {
    const names = EACH.map((at) => own.nameOn(at));
    for (const name of names) await own.command('XADD', name, '*', 'a', 'b');
    const finder = new StreamFinder();
    await finder.step(own.connect());
    expect(finder.names).toEqual(expect.arrayContaining(names));
  });

  it('get their groups and an idempotent task each, whatever they are called', async () => {
    const odd = ['{tag}:queue', 'a}b', 'a{}b', '}{'];
    const groups = Object.fromEntries(
      [...EACH.map((at) => own.nameOn(at)), ...odd].map((s) => [s, ['g']]),
    );
    const redis = own.target;
    const task = {
      ...{ job_id: 'j', chunk_id: 'c', content: 'x', source_uri: 'u', source_type: 't' },
      ...{ metadata: {}, retry_count: 0, timestamp: '2026-01-01T00:00:00.000Z' },
    };
    for (const taskStream of Object.keys(groups)) {
      const client = own.closing(new RedisStreamsClient({ redis, taskStream }));
      expect(await client.ensureGroups({ [taskStream]: ['g'] })).toHaveLength(1);
      const once = { key: 'k', request: 'r' };
      const first = await client.addTaskOnce(task, once);
      expect(first.added).toBe(true);
      expect(await client.addTaskOnce(task, once)).toEqual({ ...first, added: false });
      expect(await length(taskStream)).toBe(1);
      const read = await client.readTasks({ group: 'g', blockMs: 100 });
      expect(read).toHaveLength(1);
      expect(await client.ackTask('g', first.id)).toBe(1);
    }
  });
});

describe('a slot that moves', () => {
  it('is followed, and a write happens once', async () => {
    const key = own.nameOn(0);
    const connection = own.connect();
    await add(connection, key);
    await whileMoving(key, [0, 1], async () => {
      // Still where it was, then already where it goes: ASK.
      await add(connection, key);
      await own.moveKey(key, own.master(0), own.master(1));
      await add(connection, key);
      expect(await own.command('XLEN', key)).toBe(3);
    });
    // Where the map says it is, it is no more: MOVED.
    await add(connection, key);
    expect(await own.master(1).command('XLEN', key)).toBe(4);
  });

  it('wakes who waits for an entry there, and the entry is read where it is', async () => {
    const key = own.nameOn(1);
    const blocking = own.connect({}, 10_000);
    await own.command('XADD', key, '1-1', 'a', 'b');
    const read = blocking.command('XREAD', 'BLOCK', 10_000, 'STREAMS', key, '1-1');
    await whileMoving(key, [1, 2], () => own.moveKey(key, own.master(1), own.master(2)));
    await own.command('XADD', key, '1-2', 'a', 'b');
    expect(JSON.stringify(await read)).toContain(JSON.stringify(Buffer.from('1-2')));
  });

  it('with keys on both nodes takes no write of both, says so, and has done nothing', async () => {
    const key = own.nameOn(2);
    const redis = own.target;
    const client = own.closing(new RedisStreamsClient({ redis, taskStream: key }));
    const task = {
      ...{ job_id: 'j', chunk_id: 'c', content: 'x', source_uri: 'u', source_type: 't' },
      ...{ metadata: {}, retry_count: 0, timestamp: '2026-01-01T00:00:00.000Z' },
    };
    const once = { key: 'k', request: 'r' };
    await client.addTask(task);
    await whileMoving(key, [2, 0], async () => {
      expect(await told(client.addTaskOnce(task, once))).toBe('redis_slot_moving');
      expect(await length(key)).toBe(1);
      // The key was made by nobody: the stream is all there is to move.
      await own.moveKey(key, own.master(2), own.master(0));
    });
    expect(await told(client.addTaskOnce(task, once))).toBe('ok');
    expect(await length(key)).toBe(2);
  });
});

describe('an answer that is lost', () => {
  it('makes a write of unknown outcome that happened once, and is never sent again', async () => {
    // One node, so that the proxy's address is the only one there is.
    const alone = await startRedisServer({ args: ['--cluster-enabled', 'yes'] });
    const proxy = own.closing(await startCuttingProxy(alone.port));
    try {
      await alone.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
      await alone.command('CONFIG', 'SET', 'cluster-announce-port', proxy.port);
      const env = { REDIS_URL: alone.url.replace(/\d+$/, String(proxy.port)) };
      const { redis } = parseConfig({ ...env, REDIS_CLUSTER: 'true' });
      const connection = own.closing(connectRedis(redis, { name: 'test' }));
      await isWell(connection);
      proxy.loseAnswerTo('XADD');
      expect(await told(add(connection, 'lost'))).toBe('outcome_unknown');
      expect(proxy.lost).toBe(1);
      await isWell(connection);
      expect(await alone.command('XLEN', 'lost')).toBe(1);
    } finally {
      await alone.stop();
    }
  });
});

describe('a node that is away', () => {
  it('takes only its own keys with it, and nothing is written when it comes back', async () => {
    const [lost, kept] = [own.nameOn(2), own.nameOn(0)];
    await own.require('no');
    const connection = own.connect();
    for (const name of [lost, kept]) await add(connection, name);
    await own.master(2).kill();
    await vi.waitFor(async () => {
      expect(await told(add(connection, lost))).toMatch(/redis_unreachable|redis_cluster_down/);
    }, PATIENT);
    expect(await told(add(connection, kept))).toBe('ok');
    expect(await told(connection.check())).toBe('ok');
    const finder = new StreamFinder();
    await finder.step(connection);
    expect(finder.names).toContain(kept);
    await own.master(2).restart();
    await own.isWell();
    await vi.waitFor(async () => expect(await told(add(connection, lost))).toBe('ok'), PATIENT);
    // It kept nothing, and was sent nothing but what was answered.
    expect(await length(lost)).toBe(1);
  });

  it('makes the cluster down where it must serve every slot', async () => {
    await own.require('yes');
    const connection = own.connect();
    await isWell(connection);
    await own.master(2).kill();
    await vi.waitFor(async () => {
      expect(await told(connection.check())).toBe('redis_cluster_down');
      expect(await told(add(connection, own.nameOn(0)))).toBe('redis_cluster_down');
    }, PATIENT);
    await own.master(2).restart();
    await own.isWell();
    await vi.waitFor(async () => {
      expect(await told(add(connection, own.nameOn(0)))).toBe('ok');
    }, PATIENT);
  });

  it('that hangs is noticed, and keeps nobody from the others', async () => {
    await own.require('no');
    const connection = own.connect();
    const names = EACH.map((at) => own.nameOn(at));
    for (const name of names) await add(connection, name);
    own.master(1).suspend();
    const [first, hanging, last] = await Promise.all(
      names.map((name) => told(add(connection, name))),
    );
    own.master(1).resume();
    expect(hanging).toBe('outcome_unknown');
    expect([first, last]).toEqual(['ok', 'ok']);
    await own.isWell();
    // It had reached the socket.
    expect(await length(names[1] ?? '')).toBe(2);
  });
});

describe('a configuration that is wrong', () => {
  it('of a cluster taken for one server is named, before and after a key is asked for', async () => {
    const connection = own.connect({ cluster: undefined });
    expect(await told(connection.check())).toBe('redis_is_cluster');
    const elsewhere = EACH.map((at) => told(connection.command('XLEN', own.nameOn(at))));
    expect(await Promise.all(elsewhere)).toEqual(
      expect.arrayContaining(['ok', 'redis_is_cluster']),
    );
    const [a, b] = [own.nameOn(0), own.nameOn(1)];
    const many = connection.command('XREAD', 'STREAMS', a, b, '0', '0');
    expect(await told(many)).toBe('redis_is_cluster');
  });

  it('of one server taken for a cluster is named', async () => {
    const single = await startRedisServer();
    const env = { REDIS_URL: single.url, REDIS_CLUSTER: 'true' };
    const connection = own.closing(connectRedis(parseConfig(env).redis, { name: 'test' }));
    const codes = [await told(connection.check()), await told(add(connection, 'x'))];
    await single.stop();
    expect(codes).toEqual(['redis_not_cluster', 'redis_not_cluster']);
  });

  it('of a password is told without repeating it', async () => {
    const connection = own.connect({ password: 'hunter2' });
    const error: unknown = await connection.command('PING').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'redis_auth_failed' });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('hunter2');
  });

  it('of nobody there is unreachable', async () => {
    const seeds = [{ host: '127.0.0.1', port: await freePort() }];
    const connection = own.connect({ cluster: { seeds } });
    expect(await told(connection.check())).toBe('redis_unreachable');
  });

  it('of a user who may not ask for the map names the right', async () => {
    for (const { command } of own.nodes) {
      await command('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~*', '+@all', '-cluster');
    }
    const narrow = { username: 'narrow', password: 'pw' };
    const denied: unknown = await own
      .connect(narrow)
      .command('PING')
      .catch((e: unknown) => e);
    expect(denied).toMatchObject({ code: 'redis_permission_denied' });
    for (const { command } of own.nodes)
      await command('ACL', 'SETUSER', 'narrow', '+cluster|slots');
    const connection = own.connect(narrow);
    expect(await told(connection.check())).toBe('ok');
  });
});
