import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * What Redis answered, in RESP2. A bulk string is a string where its bytes are valid UTF-8,
 * else the Buffer itself, so nothing is altered.
 * @typedef {string | number | Buffer | null | unknown[]} Reply
 */

/**
 * @typedef {object} Endpoint
 * @property {number} port on 127.0.0.1
 * @property {string} [password]
 * @property {Buffer | string} [ca] speak TLS, trusting this certificate
 */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {Buffer} bytes */
function textOrBytes(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes);
  }
}

/** @param {(string | number | Uint8Array)[]} args */
export function encodeCommand(args) {
  const parts = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === 'object' ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), Buffer.from(bytes), Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/**
 * One reply read from `bytes` at `at`. `needed` instead: this many bytes are needed at least.
 * @param {Buffer} bytes
 * @param {number} at
 * @returns {{ value: Reply | Error, next: number } | { needed: number }}
 */
export function decodeReply(bytes, at = 0) {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return { needed: bytes.length + 1 };
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const next = lineEnd + 2;
  switch (bytes[at]) {
    case 0x2b: // +
      return { value: line, next };
    case 0x2d: // -
      return { value: new Error(line), next };
    case 0x3a: // :
      return { value: Number(line), next };
    case 0x24: // $
      return decodeBulk(bytes, Number(line), next);
    case 0x2a: // *
      return decodeArray(bytes, Number(line), next);
    default:
      throw new Error(`Not a RESP2 reply: ${JSON.stringify(line.slice(0, 40))}`);
  }
}

/**
 * @param {Buffer} bytes
 * @param {number} length
 * @param {number} start
 */
function decodeBulk(bytes, length, start) {
  if (length < 0) return { value: null, next: start };
  const end = start + length;
  if (bytes.length < end + 2) return { needed: end + 2 };
  return { value: textOrBytes(bytes.subarray(start, end)), next: end + 2 };
}

/**
 * @param {Buffer} bytes
 * @param {number} length
 * @param {number} start
 * @returns {{ value: Reply | Error, next: number } | { needed: number }}
 */
function decodeArray(bytes, length, start) {
  if (length < 0) return { value: null, next: start };
  /** @type {Reply[]} */
  const values = [];
  /** @type {Error | undefined} */
  let failure;
  let next = start;
  for (let index = 0; index < length; index += 1) {
    const item = decodeReply(bytes, next);
    if ('needed' in item) return item;
    if (item.value instanceof Error) failure ??= item.value;
    else values.push(item.value);
    next = item.next;
  }
  return { value: failure ?? values, next };
}

/**
 * One connection to a local Redis, just enough for set-up and tests. It opens itself with the
 * first command and again after it was lost; a command never waits for a lost connection.
 * @param {Endpoint} endpoint
 */
export function createRespClient(endpoint) {
  /** @typedef {{ resolve: (value: Reply) => void, reject: (error: Error) => void }} Waiting */
  /** @type {import('node:net').Socket | undefined} */
  let socket;
  /** @type {Waiting[]} */
  let waiting = [];
  /** @type {Buffer[]} */
  let chunks = [];
  let received = 0;
  let needed = 1;

  function open() {
    const opened = endpoint.ca
      ? connectTls({ port: endpoint.port, host: '127.0.0.1', ca: endpoint.ca })
      : connect({ port: endpoint.port, host: '127.0.0.1' });
    opened.setNoDelay(true);
    opened.on('data', (chunk) => onData(opened, chunk));
    opened.on('error', (error) => drop(opened, error));
    opened.on('close', () => drop(opened, new Error('The connection to Redis was closed.')));
    socket = opened;
    if (endpoint.password) send(opened, ['AUTH', endpoint.password]).catch(() => {});
    return opened;
  }

  /**
   * @param {import('node:net').Socket} from
   * @param {Error} reason
   */
  function drop(from, reason) {
    if (socket !== from) return;
    from.destroy();
    const abandoned = waiting;
    socket = undefined;
    waiting = [];
    chunks = [];
    received = 0;
    needed = 1;
    for (const { reject } of abandoned) reject(reason);
  }

  /**
   * @param {import('node:net').Socket} from
   * @param {Buffer} chunk
   */
  function onData(from, chunk) {
    chunks.push(chunk);
    received += chunk.length;
    if (received < needed) return;
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    while (bytes.length > 0) {
      const reply = decodeReply(bytes);
      if ('needed' in reply) {
        needed = reply.needed;
        break;
      }
      needed = 1;
      bytes = bytes.subarray(reply.next);
      settle(reply.value);
    }
    chunks = [bytes];
    received = bytes.length;
    if (waiting.length === 0) from.unref();
  }

  /** @param {Reply | Error} value */
  function settle(value) {
    const first = waiting.shift();
    if (value instanceof Error) first?.reject(value);
    else first?.resolve(value);
  }

  /**
   * @param {import('node:net').Socket} to
   * @param {(string | number | Uint8Array)[]} args
   * @returns {Promise<Reply>}
   */
  function send(to, args) {
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      to.ref();
      to.write(encodeCommand(args));
    });
  }

  return {
    /**
     * @param {(string | number | Uint8Array)[]} args the command and its arguments
     * @returns {Promise<Reply>} rejects with Redis's own message when it answers an error
     */
    command: (...args) => send(socket ?? open(), args),
    close() {
      if (socket) drop(socket, new Error('The connection to Redis was closed.'));
    },
  };
}
