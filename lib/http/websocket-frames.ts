import type { FeedBatch, FeedMessage } from '@/lib/model/feed-message';
import { toMsgpack } from '@/lib/model/feed-msgpack';
import { encodeOnce } from './feed-pump';

/** How messages are written: JSON text frames, or binary frames of MessagePack. */
export type WebSocketEncoding = 'json' | 'msgpack';

const FIN = 0x80;
const OPCODE_TEXT = 0x1;
const OPCODE_BINARY = 0x2;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** One message as text; its `data` is JSON already and stands in it as an object. */
export function websocketText({ id, event, data }: FeedMessage): string {
  const head = id === undefined ? '' : `"id":"${id}",`;
  return `{${head}"event":${JSON.stringify(event)},"data":${data}}`;
}

/** A batch as frames, one a message, the same bytes for everybody they are sent to. */
export const websocketBytes: Record<WebSocketEncoding, (batch: FeedBatch) => Uint8Array> = {
  json: encodeOnce((batch) =>
    Buffer.concat(
      batch.flatMap((message) => frame(OPCODE_TEXT, Buffer.from(websocketText(message)))),
    ),
  ),
  msgpack: encodeOnce((batch) =>
    Buffer.concat(batch.flatMap((message) => frame(OPCODE_BINARY, toMsgpack(message)))),
  ),
};

/**
 * A whole message in one unmasked frame, as a server sends it.
 * Source: https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
function frame(opcode: number, payload: Uint8Array): [head: Uint8Array, payload: Uint8Array] {
  const { length } = payload;
  if (length < LENGTH_16) return [Uint8Array.of(FIN | opcode, length), payload];
  if (length <= 0xffff) {
    return [Uint8Array.of(FIN | opcode, LENGTH_16, length >> 8, length & 0xff), payload];
  }
  const head = Buffer.alloc(10);
  head[0] = FIN | opcode;
  head[1] = LENGTH_64;
  head.writeBigUInt64BE(BigInt(length), 2);
  return [head, payload];
}
