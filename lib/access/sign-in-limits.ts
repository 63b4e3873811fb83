import { DashboardError } from '@/lib/model/errors';

/** Failures within the window after which the next attempt has to wait. */
export const FAILURES_PER_USER_MAX = 10;
export const FAILURES_PER_ADDRESS_MAX = 30;
export const FAILURES_WINDOW_MS = 15 * 60_000;
/** Names and addresses remembered; past that the longest known are forgotten. */
const KEYS_MAX = 20_000;

/** Counts failed sign-ins by user and by address, in this process alone. */
export class SignInLimits {
  /** Times of attempts that failed or are under way, oldest first. */
  readonly #attempts = new Map<string, number[]>();

  /**
   * Counts an attempt, before its password is looked at, so that many at once gain nothing. `name`
   * null: it is not known who tries. Throws `sign_in_limit` with the seconds to wait. Call what it returns when the attempt succeeded.
   */
  begin(name: string | null, address: string, nowMs: number): () => void {
    const keys = [
      ...(name === null ? [] : [{ key: `user ${name}`, max: FAILURES_PER_USER_MAX }]),
      { key: `address ${address}`, max: FAILURES_PER_ADDRESS_MAX },
    ];
    const waits = keys.map(({ key, max }) => this.#waitMs(key, max, nowMs));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) {
      const retryAfterS = Math.ceil(waitMs / 1_000);
      const message = `Too many sign-ins failed. Try again in ${Math.ceil(retryAfterS / 60)} min.`;
      throw new DashboardError('sign_in_limit', message, { retryAfterS });
    }
    for (const { key } of keys) this.#add(key, nowMs);
    return () => {
      for (const { key } of keys) this.#take(key, nowMs);
    };
  }

  #waitMs(key: string, max: number, nowMs: number): number {
    const attempts = (this.#attempts.get(key) ?? []).filter(
      (ms) => ms > nowMs - FAILURES_WINDOW_MS,
    );
    const first = attempts.at(-max);
    return first === undefined ? 0 : first + FAILURES_WINDOW_MS - nowMs;
  }

  #add(key: string, nowMs: number): void {
    const attempts = (this.#attempts.get(key) ?? []).filter(
      (ms) => ms > nowMs - FAILURES_WINDOW_MS,
    );
    this.#attempts.delete(key);
    this.#attempts.set(key, [...attempts, nowMs]);
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
