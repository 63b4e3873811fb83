import { Command } from 'ioredis';
import type { CommandArgument } from './connect';

export const SLOTS = 16_384;

/** CRC16/XMODEM of each byte. */
const CRC = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

const OPENS = 0x7b;
const CLOSES = 0x7d;

/**
 * The hash slot of a key, by its bytes: ioredis reads them as UTF-8, and is wrong where they are not.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
export function slotOfKey(key: string | Uint8Array): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  const opens = bytes.indexOf(OPENS);
  const closes = opens < 0 ? -1 : bytes.indexOf(CLOSES, opens + 1);
  const hashed = closes > opens + 1 ? bytes.subarray(opens + 1, closes) : bytes;
  let crc = 0;
  for (const byte of hashed) crc = ((crc << 8) & 0xffff) ^ (CRC[(crc >> 8) ^ byte] ?? 0);
  return crc % SLOTS;
}

/** The hash slot of a command's first key; null for one without a key, which any node answers. */
export function slotOfCommand(name: string, args: readonly CommandArgument[]): number | null {
  const texts = args.map((argument) =>
    argument instanceof Uint8Array
      ? Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength)
      : String(argument),
  );
  const [key] = new Command(name, texts).getKeys();
  return key === undefined ? null : slotOfKey(key);
}
