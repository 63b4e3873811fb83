import { decode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFeedMessage } from '@/lib/model/event';
import { websocketBytes, websocketText } from './websocket-frames';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('websocketText', () => {
  it('is one JSON object with the data inside, as it was written', () => {
    const data = '{"n":12345678901234567890}';
    expect(websocketText({ event: 'a', id: '1-0', data })).toBe(
      '{"id":"1-0","event":"a","data":{"n":12345678901234567890}}',
    );
    expect(websocketText({ event: 'dashboard.hello', data: '{}' })).toBe(
      '{"event":"dashboard.hello","data":{}}',
    );
  });

  it('parses, whatever an entry holds', () => {
    const name = fc.constantFrom('type', 'data', 'job_id', '"}').map(utf8);
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.string({ unit: 'binary' }).map(utf8),
      fc.json().map(utf8),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), (fields) => {
        const message = toFeedMessage({ id: '1-0', fields });
        expect(JSON.parse(websocketText(message))).toEqual({
          id: '1-0',
          event: message.event,
          data: JSON.parse(message.data),
        });
      }),
    );
  });
});

/** The frames in some bytes: opcode and payload, by the lengths RFC 6455 gives them. */
function framesOf(bytes: Uint8Array): { first: number; payload: Uint8Array }[] {
  const frames = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const first = view.getUint8(at);
    const short = view.getUint8(at + 1);
    const wide = short === 127 ? 8 : short === 126 ? 2 : 0;
    const length =
      wide === 8 ? Number(view.getBigUint64(at + 2)) : wide === 2 ? view.getUint16(at + 2) : short;
    const from = at + 2 + wide;
    frames.push({ first, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
}

describe('websocketBytes', () => {
  const batch = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((length, n) => ({
    event: 'e',
    id: `${n}-0`,
    data: JSON.stringify({ text: 'x'.repeat(length) }),
  }));

  it('are whole text frames of JSON, however long', () => {
    const frames = framesOf(websocketBytes.json(batch));
    expect(frames.map(({ first }) => first)).toEqual(batch.map(() => 0x81));
    const texts = frames.map(({ payload }) => new TextDecoder().decode(payload));
    expect(texts).toEqual(batch.map(websocketText));
  });

  it('are whole binary frames of MessagePack', () => {
    const frames = framesOf(websocketBytes.msgpack(batch));
    expect(frames.map(({ first }) => first)).toEqual(batch.map(() => 0x82));
    expect(frames.map(({ payload }) => decode(payload))).toEqual(
      batch.map(({ data, ...rest }) => ({ ...rest, data: JSON.parse(data) })),
    );
  });

  it('are made once for everybody', () => {
    expect(websocketBytes.json(batch)).toBe(websocketBytes.json(batch));
    expect(websocketBytes.json(batch)).not.toBe(websocketBytes.msgpack(batch));
  });
});
