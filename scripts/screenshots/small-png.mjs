import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS_MAX = 256;
/** Bytes a pixel has by PNG's colour type; those that Chromium writes. */
const BYTES_BY_TYPE = new Map([
  [2, 3],
  [6, 4],
]);

/**
 * A picture of flat colours once more, with a palette of at most 256: about a third of the size. No
 * channel of a pixel is off by more than `off`, of 255.
 * Source: https://www.w3.org/TR/png-3/
 * @param {Buffer} png 8 bits a channel, not interlaced, opaque
 * @returns {{ png: Buffer, off: number }}
 */
export function smallPng(png) {
  const { width, height, pixels } = decode(png);
  const { palette, indexOf, off } = paletteOf(pixels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let at = 0; at < pixels.length; at += 1) {
    // Each row begins with its filter: none, which suits a palette.
    rows[at + Math.floor(at / width) + 1] = indexOf.get(pixels[at] ?? 0) ?? 0;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap(channelsOf));
  const parts = [
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return { png: Buffer.concat([SIGNATURE, ...parts]), off };
}

/**
 * @param {Buffer} png
 * @returns {{ width: number, height: number, pixels: Uint32Array }} pixels as 0xRRGGBB
 */
export function decode(png) {
  /** @type {Buffer[]} */
  const data = [];
  /** @type {Buffer} */
  let palette = Buffer.alloc(0);
  /** @type {Buffer} */
  let head = Buffer.alloc(13);
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (name === 'IHDR') head = body;
    if (name === 'PLTE') palette = body;
    if (name === 'IDAT') data.push(body);
    at += length + 12;
  }
  const [width, height, type] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] ?? 0];
  const size = type === 3 ? 1 : BYTES_BY_TYPE.get(type);
  if (head[8] !== 8 || size === undefined || head[12] !== 0) {
    throw new Error('Only PNGs of 8 bits a channel, not interlaced, are read.');
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * size, height, size);
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) {
    pixels[at] =
      type === 3 ? palette.readUIntBE((bytes[at] ?? 0) * 3, 3) : bytes.readUIntBE(at * size, 3);
  }
  return { width, height, pixels };
}

/**
 * Undoes the filter of each row.
 * @param {Buffer} raw rows with their filter before them
 * @param {number} stride bytes a row
 * @param {number} height
 * @param {number} size bytes a pixel
 */
function unfiltered(raw, stride, height, size) {
  const out = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const at = row * stride + x;
      const left = x < size ? 0 : (out[at - size] ?? 0);
      const up = row === 0 ? 0 : (out[at - stride] ?? 0);
      const upLeft = x < size || row === 0 ? 0 : (out[at - stride - size] ?? 0);
      out[at] = (raw[at + row + 1] ?? 0) + predicted(filter, left, up, upLeft);
    }
  }
  return out;
}

/**
 * @param {number | undefined} filter
 * @param {number} left
 * @param {number} up
 * @param {number} upLeft
 */
function predicted(filter, left, up, upLeft) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [
    Math.abs(up - upLeft),
    Math.abs(left - upLeft),
    Math.abs(left + up - 2 * upLeft),
  ];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

/**
 * The most frequent colours, so many that each of the others is near one of them.
 * @param {Uint32Array} pixels
 */
function paletteOf(pixels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  for (let off = 0; ; off += 1) {
    const found = nearby(byCount, off);
    if (found) return { ...found, off };
  }
}

/**
 * @param {number[]} colours the most frequent first
 * @param {number} off how far a colour may be from the one that stands for it, a channel
 */
function nearby(colours, off) {
  /** @type {number[]} */
  const palette = [];
  /** @type {Map<number, number>} */
  const indexOf = new Map();
  for (const colour of colours) {
    let index = palette.findIndex((other) => isNear(colour, other, off));
    if (index === -1) index = palette.push(colour) - 1;
    if (palette.length > COLOURS_MAX) return null;
    indexOf.set(colour, index);
  }
  return { palette, indexOf };
}

/** @param {number} a @param {number} b @param {number} off */
function isNear(a, b, off) {
  return (
    Math.abs((a >> 16) - (b >> 16)) <= off &&
    Math.abs(((a >> 8) & 255) - ((b >> 8) & 255)) <= off &&
    Math.abs((a & 255) - (b & 255)) <= off
  );
}

/** @param {number} colour */
const channelsOf = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  let crc = 0xffffffff;
  for (const byte of named) crc = (CRCS[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
