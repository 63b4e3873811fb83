/** Hash slots of a Redis cluster. */
const SLOTS = 16_384;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The slot a key lies in: CRC16 (XMODEM) of what stands between its first `{` and the next `}`,
 * or of the whole key where that is nothing. Source: Redis cluster specification.
 */
export function keySlot(key: Uint8Array): number {
  const open = key.indexOf(OPEN);
  const close = open < 0 ? -1 : key.indexOf(CLOSE, open + 1);
  return crc16(close > open + 1 ? key.subarray(open + 1, close) : key) % SLOTS;
}

/** A short text that lies, as a key or between braces, in the same slot as this key. */
export function textInSlotOf(key: Uint8Array): string {
  const slot = keySlot(key);
  for (let n = 0; ; n++) {
    const text = n.toString(36);
    if (keySlot(new TextEncoder().encode(text)) === slot) return text;
  }
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
    }
  }
  return crc;
}
