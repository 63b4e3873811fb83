import { addressKey } from '@/lib/model/address-key';
import type { Asker, RefusedRequest } from '@/lib/model/audit';

/** Refusals that are alike are told together for this long. */
const TOGETHER_MS = 600_000;
/** Kinds told apart at once; what is beyond them in that time is told as one. */
const KINDS_MAX = 200;
const OTHERS = 'others';
const SEVERAL: Asker = {
  actor: { name: '(several)', role: null, address: '(several)', via: null },
  requestId: null,
};

/** Tells the first refusal of a kind at once, and how many more there were minutes later. */
export class RefusalCounts {
  /** How many came since the first was told, and the last of them. */
  readonly #kinds = new Map<string, { count: number; last: RefusedRequest }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: (refusal: RefusedRequest, count: number) => void) {}

  add(refusal: RefusedRequest): void {
    const kind = this.#kindOf(refusal);
    const known = this.#kinds.get(kind);
    if (known) {
      known.count += 1;
      known.last = isSame(known.last.asker, refusal.asker)
        ? refusal
        : { ...refusal, asker: SEVERAL };
      return;
    }
    this.#kinds.set(kind, { count: 0, last: refusal });
    this.tell(refusal, 1);
    this.#timer ??= setTimeout(() => this.#tellRest(), TOGETHER_MS).unref();
  }

  /** Tells what is held back. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#tellRest();
  }

  #kindOf({ asker: { actor }, code, method }: RefusedRequest): string {
    // Pages that nobody closed go on asking after their session: from wherever, they are one kind.
    const isLeftOpen = code === 'unauthenticated' && method === 'GET';
    const from = isLeftOpen ? '' : addressKey(actor.address);
    const kind = JSON.stringify([actor.name, actor.subject, from, code, method]);
    return this.#kinds.has(kind) || this.#kinds.size < KINDS_MAX ? kind : OTHERS;
  }

  #tellRest(): void {
    this.#timer = undefined;
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const { count, last } of kinds) if (count > 0) this.tell(last, count);
  }
}

function isSame({ actor: a }: Asker, { actor: b }: Asker): boolean {
  return a.name === b.name && a.subject === b.subject && a.address === b.address;
}
