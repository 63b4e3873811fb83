import { DashboardError } from '@/lib/model/errors';
import { isPassword, type PasswordHash } from './password';

/** A check takes a core and up to 128 MiB: two at once leave room for the watching. */
export const AT_ONCE_MAX = 2;
export const WAITING_MAX = 30;
const RETRY_AFTER_S = 5;

/** Password checks, few at a time, in the order they came. */
export class PasswordChecks {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly isRight: typeof isPassword = isPassword) {}

  /** Throws `sign_in_limit` where too many wait already: the password was not looked at. */
  async check(password: string, hash: PasswordHash): Promise<boolean> {
    if (this.#running >= AT_ONCE_MAX) {
      if (this.#waiting.length >= WAITING_MAX) {
        const message = 'Too many people are signing in. Try again in a few seconds.';
        throw new DashboardError('sign_in_limit', message, { retryAfterS: RETRY_AFTER_S });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await this.isRight(password, hash);
    } finally {
      // Whoever waits takes the place over.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
