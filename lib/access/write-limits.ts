import { type Actor, userKey } from '@/lib/model/actor';
import { addressKey } from '@/lib/model/address-key';
import { DashboardError } from '@/lib/model/errors';

const MINUTE_MS = 60_000;
/** Users and addresses remembered; past that the longest quiet are forgotten. */
const KEYS_MAX = 20_000;

/**
 * How many requests that change something one may send, in this process alone. A minute's worth may
 * come at once, and is then given back evenly (the generic cell rate algorithm, ITU-T I.371).
 */
export class WriteLimits {
  /** By user and address: when all that was sent would be paid off, epoch milliseconds. */
  readonly #paidOffMs = new Map<string, number>();

  /** Requests a minute. */
  constructor(private readonly limits: { perUser: number; perAddress: number }) {}

  /** Counts one. Throws `write_limit` with the seconds to wait, and then counts nothing. */
  take(actor: Actor, nowMs: number): void {
    const user = userKey(actor);
    const address = addressKey(actor.address);
    const { perUser, perAddress } = this.limits;
    const counted = [
      ...(user === null ? [] : [{ key: user, perMinute: perUser }]),
      ...(address === null ? [] : [{ key: `address ${address}`, perMinute: perAddress }]),
    ].map(({ key, perMinute }) => {
      const from = Math.max(this.#paidOffMs.get(key) ?? 0, nowMs);
      return { key, perMinute, thenMs: from + MINUTE_MS / perMinute };
    });
    const waitMs = Math.max(0, ...counted.map(({ thenMs }) => thenMs - MINUTE_MS - nowMs));
    // A thousandth: what sums of fractions may be off by.
    if (waitMs > 0.001) {
      const retryAfterS = Math.ceil(waitMs / 1_000);
      const most = Math.min(...counted.map(({ perMinute }) => perMinute));
      const message = `More changes were asked for than may be in a minute: ${most}.`;
      throw new DashboardError('write_limit', message, { retryAfterS });
    }
    for (const { key, thenMs } of counted) this.#keep(key, thenMs);
  }

  #keep(key: string, paidOffMs: number): void {
    this.#paidOffMs.delete(key);
    this.#paidOffMs.set(key, paidOffMs);
    if (this.#paidOffMs.size <= KEYS_MAX) return;
    const quietest = this.#paidOffMs.keys().next();
    if (!quietest.done) this.#paidOffMs.delete(quietest.value);
  }
}
