import type { Revocation } from '@/lib/model/revocation';

/** Where all processes find what ended before its time. Both may throw: Redis may be away. */
export interface RevocationStore {
  add(revocation: Revocation): Promise<void>;
  readNew(): Promise<Revocation[]>;
}

interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Kept for a Redis that is away; past that the oldest are known to this process alone. */
const UNTOLD_MAX = 10_000;

/** Tells other processes whose sessions ended here, and learns whose ended there. */
export class SharedRevocations {
  readonly #untold: Revocation[] = [];
  #looking: Promise<void> | null = null;
  #isUntold = false;

  /** `learn` is called with what ended elsewhere, and with what was told before. */
  constructor(
    private readonly store: RevocationStore,
    private readonly learn: (revocations: Revocation[]) => void,
    private readonly log: Log,
  ) {}

  /** Tells it as soon as Redis takes it. */
  tell(revocation: Revocation): void {
    this.#untold.push(revocation);
    if (this.#untold.length > UNTOLD_MAX) this.#untold.shift();
    void this.look();
  }

  /** Tells and learns what there is. Never rejects; one at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      for (let next = this.#untold[0]; next; next = this.#untold[0]) {
        await this.store.add(next);
        const at = this.#untold.indexOf(next);
        if (at !== -1) this.#untold.splice(at, 1);
      }
      if (this.#isUntold) this.log.info({}, 'other processes know again who signed out');
      this.#isUntold = false;
    } catch (error) {
      if (!this.#isUntold) {
        const message = 'who signed out is known to this process alone, until Redis takes it';
        this.log.warn({ error }, message);
      }
      this.#isUntold = true;
    }
    try {
      this.learn(await this.store.readNew());
    } catch {
      // Redis is in trouble, which its own state tells; the next look reads all that came.
    }
  }
}
