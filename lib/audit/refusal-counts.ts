import type { Asker } from '@/lib/model/audit';
import type { ErrorCode } from '@/lib/model/errors';

/** A request that was turned away before it did anything. */
export interface Refusal {
  asker: Asker;
  code: ErrorCode;
  method: string;
  /** Without its query. */
  path: string;
}

/** Refusals that are alike are told together for this long. */
const TOGETHER_MS = 60_000;
/** Kinds told apart at once; what is beyond them in that time is told as one. */
const KINDS_MAX = 200;
const OTHERS = 'others';
const SEVERAL: Asker = {
  actor: { name: '(several)', role: null, address: '(several)', via: null },
  requestId: null,
};

/** Tells the first refusal of a kind at once, and how many more there were a minute later. */
export class RefusalCounts {
  /** How many came since the first was told, and the last of them. */
  readonly #kinds = new Map<string, { count: number; last: Refusal }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: (refusal: Refusal, count: number) => void) {}

  add(refusal: Refusal): void {
    const kind = this.#kindOf(refusal);
    const known = this.#kinds.get(kind);
    if (known) {
      known.count += 1;
      known.last = kind === OTHERS ? { ...refusal, asker: SEVERAL } : refusal;
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

  #kindOf({ asker: { actor }, code, method }: Refusal): string {
    const kind = JSON.stringify([actor.name, actor.address, code, method]);
    return this.#kinds.has(kind) || this.#kinds.size < KINDS_MAX ? kind : OTHERS;
  }

  #tellRest(): void {
    this.#timer = undefined;
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const { count, last } of kinds) if (count > 0) this.tell(last, count);
  }
}
