import { createHash } from 'node:crypto';
import { DAY_MS } from '@/lib/model/event-counts';
import { nameToBytes } from '@/lib/model/name';
import { slotOfKey } from './cluster-slots';

/** Every key the dashboard itself writes begins with this. */
const PREFIX = 'shield-dashboard';

/**
 * Where the answer to an `Idempotency-Key` is kept: in the stream's cluster slot. The client's key is
 * hashed, so its size is bounded.
 */
export function idempotencyKey(stream: string, clientKey: string): string {
  const slot = slotOfKey(nameToBytes(stream));
  const key = (place: string) => `${PREFIX}:idempotency:${place}:${fingerprint(clientKey)}`;
  // Its name as a hash tag, or the tag it has; neither will do for some names with braces or bytes.
  const plain = [`{${stream}}`, stream].map(key).find((one) => slotOfKey(one) === slot);
  return plain ?? key(`{${tagOfSlot(slot)}}:${fingerprint(stream)}`);
}

const tags = new Map<number, string>();

/** A text that hashes to a slot. Any slot is found, after as many attempts as there are slots or so. */
function tagOfSlot(slot: number): string {
  let tag = tags.get(slot);
  for (let n = 0; tag === undefined; n++) {
    if (slotOfKey(String(n)) === slot) tag = String(n);
  }
  tags.set(slot, tag);
  return tag;
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

/**
 * Keys of the counts of events: one a day, in the cluster slot of the stream, so that one script
 * reads the stream and counts. A name that cannot stand between braces is stood for by another text
 * of its slot, and by its SHA-256.
 */
export class EventCountKeys {
  readonly #start: string;

  constructor(stream: string, group: string) {
    const isPlain = stream.length <= NAME_IN_KEY_CHARACTERS_MAX && !/[{}]/.test(stream);
    const isBinary = stream.startsWith('binary:');
    const tag =
      isPlain && !isBinary
        ? `{${stream}}`
        : `{${tagOfSlot(slotOfKey(nameToBytes(stream)))}}:${fingerprint(stream)}`;
    const reader = group.length > NAME_IN_KEY_CHARACTERS_MAX ? fingerprint(group) : group;
    this.#start = `${PREFIX}:event-counts:${tag}:${reader}:`;
  }

  /** `dayNumber` is whole days since 1970 UTC. */
  day(dayNumber: number): string {
    return this.#start + new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
  }
}
