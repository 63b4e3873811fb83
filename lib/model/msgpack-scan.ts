/**
 * Walks MessagePack bytes without building anything, so that a hostile value is known before
 * a decoder allocates for it: an array may announce four billion items in five bytes.
 * Source: https://github.com/msgpack/msgpack/blob/master/spec.md
 */

/** Null where the bytes are exactly one value nested at most `depthMax`, else why not. */
export function msgpackFault(bytes: Uint8Array, depthMax: number): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Values still to come in each container that is open, outermost first. */
  const open: number[] = [];
  let at = 0;
  do {
    const head = readHead(view, at);
    if (head === null) return 'it is neither UTF-8 nor MessagePack';
    at = head.next;
    const top = open.length - 1;
    if (top >= 0) open[top] = (open[top] ?? 0) - 1;
    if (head.items > 0) {
      if (head.items > bytes.length - at) return 'it is neither UTF-8 nor MessagePack';
      if (open.length >= depthMax) return `it is nested deeper than ${depthMax}`;
      open.push(head.items);
    }
    while (open.length > 0 && open.at(-1) === 0) open.pop();
  } while (open.length > 0);
  return at === bytes.length ? null : 'it is neither UTF-8 nor MessagePack';
}

export interface MsgpackHead {
  /** Offset behind this value's head and, where it has one, its body. */
  next: number;
  /** Values that follow inside it: items of an array, keys and values of a map. */
  items: number;
}

/** One value’s head; null where the bytes end too early or are no MessagePack. */
export function readHead(view: DataView, at: number): MsgpackHead | null {
  const end = view.byteLength;
  if (at >= end) return null;
  const type = view.getUint8(at);
  if (type <= 0x7f || type >= 0xe0) return { next: at + 1, items: 0 };
  if (type <= 0x8f) return { next: at + 1, items: (type & 0x0f) * 2 };
  if (type <= 0x9f) return { next: at + 1, items: type & 0x0f };
  if (type <= 0xbf) return body(at + 1, type & 0x1f, end);
  const layout = LAYOUTS[type - 0xc0];
  if (!layout) return null;
  const [lengthBytes, fixed, items] = layout;
  const start = at + 1 + lengthBytes;
  if (start > end) return null;
  const length = readLength(view, at + 1, lengthBytes);
  if (items > 0) return { next: start, items: length * items };
  return body(start, length + fixed, end);
}

function body(start: number, bytes: number, end: number): MsgpackHead | null {
  return start + bytes <= end ? { next: start + bytes, items: 0 } : null;
}

function readLength(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at);
  return bytes === 4 ? view.getUint32(at) : 0;
}

/** For 0xc0 to 0xdf: bytes of the length, fixed bytes of the body, values an item stands for. */
const LAYOUTS: (readonly [lengthBytes: number, fixed: number, items: number] | null)[] = [
  [0, 0, 0], // nil
  null, // never used
  [0, 0, 0], // false
  [0, 0, 0], // true
  [1, 0, 0], // bin 8
  [2, 0, 0], // bin 16
  [4, 0, 0], // bin 32
  [1, 1, 0], // ext 8: a type byte stands before the data
  [2, 1, 0], // ext 16
  [4, 1, 0], // ext 32
  [0, 4, 0], // float 32
  [0, 8, 0], // float 64
  [0, 1, 0], // uint 8
  [0, 2, 0], // uint 16
  [0, 4, 0], // uint 32
  [0, 8, 0], // uint 64
  [0, 1, 0], // int 8
  [0, 2, 0], // int 16
  [0, 4, 0], // int 32
  [0, 8, 0], // int 64
  [0, 2, 0], // fixext 1
  [0, 3, 0], // fixext 2
  [0, 5, 0], // fixext 4
  [0, 9, 0], // fixext 8
  [0, 17, 0], // fixext 16
  [1, 0, 0], // str 8
  [2, 0, 0], // str 16
  [4, 0, 0], // str 32
  [2, 0, 1], // array 16
  [4, 0, 1], // array 32
  [2, 0, 2], // map 16
  [4, 0, 2], // map 32
];
