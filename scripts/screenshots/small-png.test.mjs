import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decode, smallPng } from './small-png.mjs';

/** Taken of a page by Chromium: four colours above, a run of greys below. */
const TAKEN = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAMCAIAAAD3UuoiAAAAOklEQVR4nOyQsQ0AIAzDEsTAAZzACfz/WmFtli5Vp3qMLA+ZgMFjoCxU5Ts6DSTRoRjuc1cGfXZh6AEAAP//aQP7vAAAAAZJREFUAwCytAerzQtXFAAAAABJRU5ErkJggg==',
  'base64',
);
const ABOVE = [0x0000ff, 0xff0000, 0x00ff00, 0xffffff].flatMap((colour) => Array(6).fill(colour));

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(name, 'latin1'), body, Buffer.alloc(4)]);
}

/**
 * A picture of one row, unfiltered.
 * @param {number[]} pixels
 */
function rowOf(pixels) {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  head.writeUInt32BE(pixels.length, 0);
  const row = Buffer.from([0, ...pixels.flatMap((p) => [p >> 16, (p >> 8) & 255, p & 255])]);
  const signature = TAKEN.subarray(0, 8);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(row))]);
}

test('reads what Chromium writes', () => {
  const { width, height, pixels } = decode(TAKEN);
  expect([width, height]).toEqual([24, 12]);
  expect([...pixels.slice(0, 24)]).toEqual(ABOVE);
  expect([...pixels.slice(24 * 5, 24 * 6)]).toEqual(ABOVE);
  const last = [...pixels.slice(24 * 11)];
  expect(last.slice(0, 3)).toEqual([0x142434, 0x1c2c3c, 0x243444]);
  expect(last.at(-1)).toBe(0xccdcec);
});

test('a picture of few colours is kept as it is', () => {
  const { png, off } = smallPng(TAKEN);
  expect(off).toBe(0);
  expect(decode(png)).toEqual(decode(TAKEN));
  expect(smallPng(png).png).toEqual(png);
});

test('of more than fit no pixel is further off than is said', () => {
  const pixels = Array.from({ length: 600 }, (_, at) => ((at % 200) << 16) | (at >> 1));
  const { png, off } = smallPng(rowOf(pixels));
  const made = decode(png).pixels;
  const away = pixels.map((pixel, at) =>
    Math.max(
      ...[16, 8, 0].map((shift) =>
        Math.abs(((pixel >> shift) & 255) - (((made[at] ?? 0) >> shift) & 255)),
      ),
    ),
  );
  expect(off).toBeGreaterThan(0);
  expect(Math.max(...away)).toBe(off);
});
