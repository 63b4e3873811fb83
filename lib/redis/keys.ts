import { createHash } from 'node:crypto';

/** Every key the dashboard itself writes begins with this. */
const PREFIX = 'shield-dashboard';

/**
 * Where the answer to an `Idempotency-Key` is kept. The stream stands in a hash tag so that the
 * key lies in the stream's cluster slot; the client's key is hashed, so its size is bounded.
 */
export function idempotencyKey(stream: string, clientKey: string): string {
  const tag = stream.includes('{') ? stream : `{${stream}}`;
  return `${PREFIX}:idempotency:${tag}:${fingerprint(clientKey)}`;
}

/** SHA-256 as hex: tells two requests apart without keeping them. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A stream's name stands in its keys as it is up to this length; longer ones as their SHA-256. */
const NAME_IN_KEY_CHARACTERS_MAX = 128;

/**
 * Keys of the history. All of one prefix lie in one cluster slot, so that one script writes them:
 * the prefix has a hash tag, or becomes one.
 */
export class HistoryKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = /\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
  }

  /** Held by the process that writes. */
  get lease(): string {
    return `${this.#prefix}:lease`;
  }

  /** What was written last, so that nothing is written twice. */
  get written(): string {
    return `${this.#prefix}:written`;
  }

  /** The points of one stream in one tier from `startMs` on. */
  chunk(stream: string, tier: string, startMs: number): string {
    const name = stream.length > NAME_IN_KEY_CHARACTERS_MAX ? fingerprint(stream) : stream;
    return `${this.#prefix}:${tier}:${startMs / 1_000}:${name}`;
  }
}
