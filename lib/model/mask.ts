import { decodeUtf8, type Entry } from './entry';
import { MASK } from './mask-json';
import { maskBytes } from './mask-msgpack';
import { Redaction } from './redaction';

const MASK_BYTES: Uint8Array = new TextEncoder().encode(MASK);
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Masks what entries hold under the names of `REDACT_FIELDS`. Entries pass it once, where Redis's
 * replies are read: nothing behind that ever holds what is masked. Total: no input makes it throw.
 */
export class EntryMask {
  readonly #redaction: Redaction;

  constructor(globs: readonly string[]) {
    this.#redaction = new Redaction(globs);
  }

  /** The entry itself where nothing in it is covered. */
  entry(entry: Entry): Entry {
    const places: number[] = [];
    let bytes = 0;
    const fields = entry.fields.map(([name, value], place): Entry['fields'][number] => {
      bytes += name.length + value.length;
      const shown = this.value(name, value);
      if (shown !== value) places.push(place);
      return [name, shown];
    });
    return places.length === 0 ? entry : { id: entry.id, fields, masked: { places, bytes } };
  }

  /** One field's value; the same array where nothing in it is covered. */
  value(name: Uint8Array, value: Uint8Array): Uint8Array {
    const path = this.#redaction.child('', decodeUtf8(name) ?? lossy.decode(name));
    return path === null ? MASK_BYTES : maskBytes(value, path, this.#redaction);
  }
}
