import { encode } from '@msgpack/msgpack';
import { type Node, parseTree } from 'jsonc-parser';
import { fromBase64 } from './entry';
import { FEED_ENTRY, type FeedMessage } from './feed-message';

/** Deeper than this `data` travels as its JSON text: most decoders refuse such nesting. */
const DEPTH_MAX = 100;
/** Digits past which a JavaScript number may not hold an integer. */
const LONG_NUMBER = /\d{16}/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * A message of the feed as MessagePack: a map `{event, id?, data}`. Integers keep every digit (past
 * 64 bits as text), bytes of an `entry` are binary, and what nests too deep is its JSON text.
 */
export function toMsgpack({ id, event, data }: FeedMessage): Uint8Array {
  const head = id === undefined ? { event } : { event, id };
  const options = { useBigInt64: true, maxDepth: DEPTH_MAX };
  try {
    const value = LONG_NUMBER.test(data) ? exactly(data) : JSON.parse(data);
    return encode({ ...head, data: event === FEED_ENTRY ? withBytes(value) : value }, options);
  } catch {
    return encode({ ...head, data }, options);
  }
}

/** The JSON text as values, its long integers as `bigint`. */
function exactly(json: string): unknown {
  const root = parseTree(json);
  if (!root) throw new SyntaxError('Not JSON');
  return readNode(root, json);
}

function readNode(node: Node, json: string): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map((child) => readNode(child, json));
  if (node.type === 'object') {
    return Object.fromEntries(
      children.flatMap(({ children: [name, value] = [] }) =>
        name && value ? [[name.value, readNode(value, json)]] : [],
      ),
    );
  }
  if (node.type !== 'number' || Number.isSafeInteger(node.value)) return node.value;
  const text = json.slice(node.offset, node.offset + node.length);
  if (!/^-?\d+$/.test(text)) return node.value;
  const integer = BigInt(text);
  return integer >= INT64_MIN && integer <= UINT64_MAX ? integer : text;
}

/** `{id, fields}` with the bytes that JSON carries as base64; also as `data` of a merged feed's. */
function withBytes(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return entry;
  if (!('fields' in entry))
    return 'data' in entry ? { ...entry, data: withBytes(entry.data) } : entry;
  if (!Array.isArray(entry.fields)) return entry;
  return { ...entry, fields: entry.fields.map((pair) => [bytesOr(pair[0]), bytesOr(pair[1])]) };
}

function bytesOr(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('base64' in value)) return value;
  return typeof value.base64 === 'string' ? fromBase64(value.base64) : value;
}
