import { DashboardError } from '@/lib/model/errors';

/** Failures within the window after which the next attempt has to wait. */
export const FAILURES_PER_USER_MAX = 10;
export const FAILURES_PER_ADDRESS_MAX = 30;
/**
 * Attempts within it however they end: each leaves a record, and whoever may sign in must not push what
 * others did out of the audit by doing so again and again.
 */
export const ATTEMPTS_PER_USER_MAX = 60;
export const ATTEMPTS_PER_ADDRESS_MAX = 300;
export const SIGN_INS_WINDOW_MS = 15 * 60_000;
/** Names and addresses remembered, twice each; past that the longest known are forgotten. */
const KEYS_MAX = 40_000;

/** How an attempt ended; until it is said it counts as failed. */
export interface SignInAttempt {
  /** Nobody guessed: it counts among all attempts alone. */
  pass(): void;
  /** Nobody here may have meant it: it counts for nothing. */
  forget(): void;
}

/** Counts sign-ins by user and by address, in this process alone. */
export class SignInLimits {
  /** Times of attempts, oldest first. */
  readonly #attempts = new Map<string, number[]>();

  /**
   * Counts an attempt, before its password is looked at, so that many at once gain nothing. Of `user` and
   * `address` null is not counted. Throws `sign_in_limit` with the seconds to wait.
   */
  begin(user: string | null, address: string | null, nowMs: number): SignInAttempt {
    const failures = keysOf([
      ['failures of', user, FAILURES_PER_USER_MAX],
      ['failures from', address, FAILURES_PER_ADDRESS_MAX],
    ]);
    const attempts = keysOf([
      ['attempts of', user, ATTEMPTS_PER_USER_MAX],
      ['attempts from', address, ATTEMPTS_PER_ADDRESS_MAX],
    ]);
    const failedMs = this.#longestWaitMs(failures, nowMs);
    const waitMs = Math.max(failedMs, this.#longestWaitMs(attempts, nowMs));
    if (waitMs > 0) {
      const retryAfterS = Math.ceil(waitMs / 1_000);
      const what = failedMs > 0 ? 'Too many sign-ins failed.' : 'There were too many sign-ins.';
      const message = `${what} Try again in ${Math.ceil(retryAfterS / 60)} min.`;
      throw new DashboardError('sign_in_limit', message, { retryAfterS });
    }
    for (const { key } of [...failures, ...attempts]) this.#add(key, nowMs);
    const takeOnce = (keys: Counted[]) => {
      for (const { key } of keys.splice(0)) this.#take(key, nowMs);
    };
    return {
      pass: () => takeOnce(failures),
      forget: () => {
        takeOnce(failures);
        takeOnce(attempts);
      },
    };
  }

  #longestWaitMs(keys: readonly Counted[], nowMs: number): number {
    return Math.max(...keys.map(({ key, max }) => this.#waitMs(key, max, nowMs)));
  }

  #waitMs(key: string, max: number, nowMs: number): number {
    const first = this.#recent(key, nowMs).at(-max);
    return first === undefined ? 0 : first + SIGN_INS_WINDOW_MS - nowMs;
  }

  #recent(key: string, nowMs: number): number[] {
    return (this.#attempts.get(key) ?? []).filter((ms) => ms > nowMs - SIGN_INS_WINDOW_MS);
  }

  #add(key: string, nowMs: number): void {
    const recent = this.#recent(key, nowMs);
    this.#attempts.delete(key);
    this.#attempts.set(key, [...recent, nowMs]);
    if (this.#attempts.size <= KEYS_MAX) return;
    const oldest = this.#attempts.keys().next();
    if (!oldest.done) this.#attempts.delete(oldest.value);
  }

  #take(key: string, atMs: number): void {
    const attempts = this.#attempts.get(key) ?? [];
    const at = attempts.indexOf(atMs);
    const rest = attempts.filter((_, index) => index !== at);
    if (rest.length === 0) this.#attempts.delete(key);
    else this.#attempts.set(key, rest);
  }
}

interface Counted {
  key: string;
  max: number;
}

/** Keys of what is counted, but for what is not known. */
function keysOf(counted: [kind: string, who: string | null, max: number][]): Counted[] {
  return counted.flatMap(([kind, who, max]) =>
    who === null ? [] : [{ key: `${kind} ${who}`, max }],
  );
}
