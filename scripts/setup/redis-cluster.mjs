import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { startRedisServer } from './redis-server.mjs';

const SLOTS = 16_384;
/** A cluster makes sure for two seconds that it is well before it says so. */
const FORM_DEADLINE_MS = 30_000;
/** How long a node may be silent before the others take it for failed, milliseconds. */
const NODE_TIMEOUT_MS = 2_000;
/** The nodes speak with each other on a port this much higher. */
const BUS_PORT_OFFSET = 10_000;
const PORT_ATTEMPTS_MAX = 50;

/** @typedef {import('./redis-server.mjs').RedisServer} RedisServer */

/**
 * @typedef {object} RedisCluster
 * @property {string} url one that names all masters, separated by commas
 * @property {string} password of every node
 * @property {RedisServer[]} masters in the order of their hash slots; who was one at the start
 * @property {RedisServer[]} replicas the first of them of the first master, and so on
 * @property {() => Promise<void>} stop ends every node; may be called twice
 */

/**
 * Starts a real Redis Cluster on 127.0.0.1 whose hash slots are dealt out evenly, and waits until
 * every node says that it is well. It never outlives this process.
 * @param {{ masters?: number, replicas?: number, args?: string[] }} [options] `args` as on the
 *   command line of each node
 * @returns {Promise<RedisCluster>}
 */
export async function startRedisCluster({ masters = 3, replicas = 0, args = [] } = {}) {
  const password = 'cluster-password';
  /** @type {RedisServer[]} */
  const nodes = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (let n = 0; n < masters + replicas; n += 1) nodes.push(await startNode(password, args));
    await join(nodes, masters);
  } catch (error) {
    await stop();
    throw error;
  }
  const own = nodes.slice(0, masters);
  const url = own.map((node) => node.url).join(',');
  return { url, password, masters: own, replicas: nodes.slice(masters), stop };
}

/**
 * @param {string} password
 * @param {string[]} args
 */
async function startNode(password, args) {
  const port = await freePortPair();
  return await startRedisServer({
    port,
    password,
    args: [
      ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
      ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--masterauth', password],
      // A replica that lost its master for a moment takes over all the same.
      ...['--cluster-replica-validity-factor', '0', '--repl-diskless-sync-delay', '0'],
      ...args,
    ],
  });
}

/** A free port with a free one for the bus above it: only Redis 7.0 and newer could be told another. */
async function freePortPair() {
  for (let attempt = 0; attempt < PORT_ATTEMPTS_MAX; attempt += 1) {
    const port = await freePort();
    if (port + BUS_PORT_OFFSET > 65_535) continue;
    const bus = await freePort(port + BUS_PORT_OFFSET).catch(() => null);
    if (bus !== null) return port;
  }
  throw new Error('No free port with a free one above it.');
}

/**
 * @param {RedisServer[]} nodes the masters first
 * @param {number} masters
 */
async function join(nodes, masters) {
  const [first, ...others] = nodes;
  if (!first) throw new Error('A cluster has at least one node.');
  for (const [at, node] of nodes.slice(0, masters).entries()) {
    const from = Math.floor((at * SLOTS) / masters);
    const end = Math.floor(((at + 1) * SLOTS) / masters);
    const slots = Array.from({ length: end - from }, (_, n) => from + n);
    await node.command('CLUSTER', 'ADDSLOTS', ...slots);
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  }
  for (const { port } of others) await first.command('CLUSTER', 'MEET', '127.0.0.1', port);
  await until(nodes, 'CLUSTER INFO', `cluster_known_nodes:${nodes.length}\r`);
  for (const [at, replica] of nodes.slice(masters).entries()) {
    const id = await nodes[at % masters]?.command('CLUSTER', 'MYID');
    await becomeReplica(replica, String(id));
  }
  await until(nodes, 'CLUSTER INFO', 'cluster_state:ok');
  await until(nodes.slice(masters), 'INFO replication', 'master_link_status:up');
}

/**
 * A node that was met may not know all of the others by their names yet.
 * @param {RedisServer} replica
 * @param {string} id
 */
async function becomeReplica(replica, id) {
  const deadline = Date.now() + FORM_DEADLINE_MS;
  for (;;) {
    try {
      await replica.command('CLUSTER', 'REPLICATE', id);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

/**
 * Waits until each node says so.
 * @param {RedisServer[]} nodes
 * @param {string} question
 * @param {string} words
 */
async function until(nodes, question, words) {
  const deadline = Date.now() + FORM_DEADLINE_MS;
  for (const node of nodes) {
    for (;;) {
      const said = String(await node.command(...question.split(' ')));
      if (said.includes(words)) break;
      if (Date.now() > deadline) throw new Error(`The cluster did not form: ${said}`);
      await sleep(50);
    }
  }
}
